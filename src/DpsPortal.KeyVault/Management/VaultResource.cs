namespace DpsPortal.KeyVault.Management;

/// <summary>A vault as a resource of Azure.</summary>
internal sealed record VaultResource(string Name, string ResourceGroup, string Location, bool PurgeProtection, int RetentionDays, DateTimeOffset Created)
{
    public const int LongestRetention = 90;
    public const int ShortestRetention = 7;

    /// <summary>"Customized" means a retention below 90 days; without purge protection the key is also purgeable.</summary>
    public string RecoveryLevel =>
        (RetentionDays < LongestRetention ? "CustomizedRecoverable" : "Recoverable") + (PurgeProtection ? "" : "+Purgeable");

    public string ResourceId(string subscriptionId) =>
        $"/subscriptions/{subscriptionId}/resourceGroups/{ResourceGroup}/providers/Microsoft.KeyVault/vaults/{Name}";

    /// <summary>Where its keys are, ending with a slash.</summary>
    public string Address(int port) => $"https://{Name.ToLowerInvariant()}.vault.localhost:{port}/";
}
