using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>A vault of the settings: where it is, or why it is not there.</summary>
/// <param name="Missing">Set where <paramref name="Vault"/> is not.</param>
internal sealed record AllowedVault(string Name, Vault? Vault, VaultCondition? Missing)
{
    /// <param name="nameOrHost">Name of the vault, or the host of its address.</param>
    public bool IsNamed(string nameOrHost) =>
        nameOrHost.Equals(Name, StringComparison.OrdinalIgnoreCase) || nameOrHost.Equals(Vault?.Uri.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// By address, so that a host that merely begins with a vault's name is another vault. A vault that is gone has no address any
    /// more: its name has to do, and nothing is called for it.
    /// </summary>
    public bool IsAt(Uri address) =>
        Vault is { } there ? KeyIdentifier.IsSameVault(there.Uri, address) : AllowedVaults.NameOf(address).Equals(Name, StringComparison.OrdinalIgnoreCase);
}
