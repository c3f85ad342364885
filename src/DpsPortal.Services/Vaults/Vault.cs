namespace DpsPortal.Services.Vaults;

/// <summary>A vault as its management describes it.</summary>
/// <param name="Uri">Address of its keys, ending in a slash.</param>
/// <param name="RetentionDays">How long a deleted key can be recovered, 7 to 90.</param>
public sealed record Vault(string Name, Uri Uri, string Location, bool PurgeProtection, int RetentionDays);
