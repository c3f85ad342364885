namespace DpsPortal.KeyVault.Management;

internal sealed record StoredNetworkRules(bool IsPublic, bool DeniesByDefault, bool BypassesAzureServices, IReadOnlyList<string> Allowed);
