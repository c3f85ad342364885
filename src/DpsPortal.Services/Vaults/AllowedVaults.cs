using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>The vaults that the settings allow. No other is called because a person or a form names it.</summary>
internal sealed class AllowedVaults(IVaultManagement management, PortalServicesOptions options)
{
    public async Task<IReadOnlyList<Vault>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await management.ListVaultsAsync(cancellationToken)).Where(vault => options.Vaults.Any(allowed => Names(allowed, vault)))];

    /// <param name="nameOrHost">Name of the vault, or the host of its address.</param>
    public async Task<Vault?> FindAsync(string nameOrHost, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(vault => Names(nameOrHost, vault));

    /// <summary>By address, so that a host that merely begins with a vault's name is another vault.</summary>
    public async Task<Vault?> FindAsync(Uri address, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(vault => KeyIdentifier.IsSameVault(vault.Uri, address));

    private static bool Names(string allowed, Vault vault) =>
        allowed.Equals(vault.Name, StringComparison.OrdinalIgnoreCase)
        || (Uri.TryCreate(allowed, UriKind.Absolute, out var address) && address.Host.Equals(vault.Uri.Host, StringComparison.OrdinalIgnoreCase));
}
