namespace DpsPortal.KeyVault.Management;

/// <summary>A user-assigned managed identity. Made again under its name it is another principal, as in Azure.</summary>
internal sealed record ManagedIdentity(Guid ClientId, Guid PrincipalId, string ResourceGroup, string Name, string Location)
{
    public const string Type = "Microsoft.ManagedIdentity/userAssignedIdentities";

    public string ResourceId(string subscriptionId) => $"/subscriptions/{subscriptionId}/resourceGroups/{ResourceGroup}/providers/{Type}/{Name}";

    public bool Is(string resourceGroup, string name) =>
        ResourceGroup.Equals(resourceGroup, StringComparison.OrdinalIgnoreCase) && Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
