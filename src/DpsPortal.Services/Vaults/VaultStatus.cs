namespace DpsPortal.Services.Vaults;

/// <summary>A configured vault and what it is to the portal at this moment.</summary>
/// <param name="Name">As the vault is called, or as the settings name one that is nowhere to be found.</param>
public sealed record VaultStatus(string Name, VaultCondition Condition);
