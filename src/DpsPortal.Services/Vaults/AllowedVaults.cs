using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>The vaults that the settings allow. No other is called because a person or a form names it.</summary>
internal sealed class AllowedVaults(IVaultManagement management, PortalServicesOptions options, TimeProvider clock)
{
    /// <summary>What was listed last.</summary>
    private volatile IReadOnlyList<Vault> _seen = [];

    /// <summary>Those that can be called.</summary>
    public async Task<IReadOnlyList<Vault>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await management.ListVaultsAsync(cancellationToken).ConfigureAwait(false)).Where(vault => options.Vaults.Any(allowed => Names(allowed, vault)))];

    /// <summary>All of them: one that cannot be found is there with the reason.</summary>
    public async Task<IReadOnlyList<AllowedVault>> LookAsync(CancellationToken cancellationToken)
    {
        using var patience = new Patience(clock, cancellationToken);
        IReadOnlyList<Vault> listed;
        try
        {
            listed = await management.ListVaultsAsync(patience.Token).ConfigureAwait(false);
            patience.Answered();
            _seen = listed;
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            // Where a vault was seen before it is asked itself: an emergency does not wait for the management of vaults.
            var seen = _seen.Where(vault => options.Vaults.Any(allowed => Names(allowed, vault))).ToList();
            return
            [
                .. seen.Select(vault => new AllowedVault(vault.Name, vault, null)),
                .. options.Vaults.Where(allowed => !seen.Exists(vault => Names(allowed, vault))).Select(NameOf).Distinct(StringComparer.OrdinalIgnoreCase)
                    .Select(name => new AllowedVault(name, null, NotLookedUp(answer))),
            ];
        }

        var there = listed.Where(vault => options.Vaults.Any(allowed => Names(allowed, vault)));
        var missing = options.Vaults.Where(allowed => !listed.Any(vault => Names(allowed, vault)))
            .Select(NameOf)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var reasons = missing.Count == 0 ? _ => new VaultCondition.NotFound() : await ReasonsAsync(patience, cancellationToken).ConfigureAwait(false);
        return [.. there.Select(vault => new AllowedVault(vault.Name, vault, null)), .. missing.Select(name => new AllowedVault(name, null, reasons(name)))];
    }

    /// <param name="nameOrHost">Name of the vault, or the host of its address.</param>
    /// <returns>The vault, or why it cannot be had.</returns>
    public async Task<Outcome<Vault>> FindAsync(string nameOrHost, CancellationToken cancellationToken) =>
        Find((await LookAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(vault => vault.IsNamed(nameOrHost)), nameOrHost);

    /// <inheritdoc cref="AllowedVault.IsAt"/>
    public async Task<Outcome<Vault>> FindAsync(Uri address, CancellationToken cancellationToken) =>
        Find((await LookAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(vault => vault.IsAt(address)), NameOf(address));

    /// <summary>The first label of its host.</summary>
    public static string NameOf(Uri address) => address.Host.Split('.')[0];

    /// <summary>Why a vault cannot be had: the settings do not name it, or what was found where they do.</summary>
    public static Refusal WhyNot(AllowedVault? allowed, string name) =>
        allowed is { Missing: { } missing } ? missing.ToRefusal(allowed.Name) : new Refusal(ServiceRefusals.VaultUnknown, null, name);

    private static Outcome<Vault> Find(AllowedVault? allowed, string name) => allowed is { Vault: { } vault } ? vault : WhyNot(allowed, name);

    private async Task<Func<string, VaultCondition>> ReasonsAsync(Patience patience, CancellationToken cancellationToken)
    {
        try
        {
            var deleted = await management.ListDeletedVaultsAsync(patience.Token).ConfigureAwait(false);
            return name => deleted.FirstOrDefault(vault => vault.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } gone
                ? new VaultCondition.Deleted(gone.DeletedOn, gone.RecoverableUntil, gone.Location, gone.ResourceId)
                : new VaultCondition.NotFound();
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            return _ => NotLookedUp(answer);
        }
    }

    private static VaultCondition.NotLookedUp NotLookedUp(VaultFault fault) => new(fault.Cause, fault.Code);

    private static string NameOf(string allowed) => Uri.TryCreate(allowed, UriKind.Absolute, out var address) ? NameOf(address) : allowed;

    private static bool Names(string allowed, Vault vault) =>
        allowed.Equals(vault.Name, StringComparison.OrdinalIgnoreCase)
        || (Uri.TryCreate(allowed, UriKind.Absolute, out var address) && address.Host.Equals(vault.Uri.Host, StringComparison.OrdinalIgnoreCase));
}
