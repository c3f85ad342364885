namespace DpsPortal.KeyVault.Issuer;

internal sealed record InstanceAliases(string PreferredNetwork, string PreferredCache, IReadOnlyList<string> Aliases);
