namespace DpsPortal.KeyVault.Management;

/// <summary>A vault as a resource of Azure.</summary>
internal sealed record VaultResource(string Name, string ResourceGroup, string Location, bool PurgeProtection, int RetentionDays, DateTimeOffset Created)
{
    public const int LongestRetention = 90;
    public const int ShortestRetention = 7;
    public const string StandardSku = "standard";
    public const string PremiumSku = "premium";

    public string Sku { get; init; } = StandardSku;

    /// <summary>Whether keys of an -HSM type may be made in it or brought into it.</summary>
    public bool TakesHardwareKeys => Sku == PremiumSku;

    /// <summary>Null where there are none.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public NetworkRules Network { get; init; } = NetworkRules.Open;

    /// <summary>Null while the vault is there.</summary>
    public VaultDeletion? Deletion { get; init; }

    /// <summary>"Customized" means a retention below 90 days; without purge protection the key is also purgeable.</summary>
    public string RecoveryLevel =>
        (RetentionDays < LongestRetention ? "CustomizedRecoverable" : "Recoverable") + (PurgeProtection ? "" : "+Purgeable");

    public string ResourceId(string subscriptionId) =>
        $"/subscriptions/{subscriptionId}/resourceGroups/{ResourceGroup}/providers/Microsoft.KeyVault/vaults/{Name}";

    /// <summary>Where its keys are, ending with a slash.</summary>
    public string Address(int port) => $"https://{Name.ToLowerInvariant()}.vault.localhost:{port}/";

    public bool IsIn(string resourceGroup) => ResourceGroup.Equals(resourceGroup, StringComparison.OrdinalIgnoreCase);
}
