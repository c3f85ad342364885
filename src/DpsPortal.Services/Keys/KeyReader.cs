using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

internal sealed class KeyReader(
    VaultKeys vault, IVaultManagement management, IProvisioningInstances instances, MissingInstances missing, DomainClock clock)
{
    /// <summary>Three calls, whatever the number of versions and instances.</summary>
    /// <returns><see langword="null"/> when the vault has no such key.</returns>
    public async Task<KeyReading?> ReadAsync(Caller caller, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var listing = instances.ListAsync(caller, cancellationToken);
        var reading = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        var uses = KeyUses.Of(await listing.ConfigureAwait(false));
        return reading is var (current, versions) ? await JoinAsync(null, current, versions, uses, null, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <param name="fences">From DPS, where many keys are read.</param>
    /// <param name="lost">From <see cref="MissingInstances"/>, likewise.</param>
    public async Task<KeyReading?> ReadAsync(
        KeyIdentifier key,
        KeyUses uses,
        CancellationToken cancellationToken,
        IReadOnlyList<FencedVersion>? fences = null,
        IReadOnlyList<MissingInstance>? lost = null) =>
        await ReadAsync(key, cancellationToken).ConfigureAwait(false) is var (current, versions)
            ? await JoinAsync(fences, current, versions, uses, lost, cancellationToken).ConfigureAwait(false)
            : null;

    private async Task<(KeyVaultKey Current, List<KeyProperties> Versions)?> ReadAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        // The versions first: one made in between is then missing below the current one, and is added.
        var versions = await vault.ListVersionsAsync(key.Versionless, cancellationToken).ConfigureAwait(false);
        if (await vault.FindAsync(key.Versionless, cancellationToken).ConfigureAwait(false) is not { } current)
        {
            return null;
        }

        if (versions.TrueForAll(version => version.Version != current.Properties.Version))
        {
            versions.Add(current.Properties);
        }

        return (current, versions);
    }

    private async Task<KeyReading> JoinAsync(
        IReadOnlyList<FencedVersion>? fences,
        KeyVaultKey current,
        List<KeyProperties> versions,
        KeyUses uses,
        IReadOnlyList<MissingInstance>? lost,
        CancellationToken cancellationToken)
    {
        fences ??= await instances.ListFencesAsync(PortalCaller.Itself, cancellationToken).ConfigureAwait(false);
        lost ??= await missing.ListAsync(uses.Names, cancellationToken).ConfigureAwait(false);
        var key = KeyIdentifier.Parse(current.Id.AbsoluteUri);
        var instancesOf = uses.InstancesOf(key);
        var (dependents, leaving) = (Dependents.Of(key, instancesOf), Dependents.LeavingFrom(key, instancesOf));
        var unmatched = await UnmatchedAsync(key, versions, uses, lost, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<KeyVersion> described =
        [
            .. from version in KeyVersions.Describe(versions, current.Properties.Version, uses, clock.Now, unmatched.Count > 0)
               select version with { FencedSince = fences.FirstOrDefault(fence => fence.Version == version.Id)?.Since },
        ];
        return new KeyReading(current, described, dependents, leaving, unmatched) { ReadAt = clock.Now };
    }

    private async Task<IReadOnlyList<UnmatchedUse>> UnmatchedAsync(
        KeyIdentifier key,
        List<KeyProperties> versions,
        KeyUses uses,
        IReadOnlyList<MissingInstance> lost,
        CancellationToken cancellationToken)
    {
        var strange = new HashSet<string>();
        foreach (var vault in uses.Vaults.Where(vault => vault.HasOtherThan(key)))
        {
            if (!await IsKnownAsync(vault.Address, cancellationToken).ConfigureAwait(false))
            {
                strange.Add(vault.Address.Host);
            }
        }

        // Where every vault is known, only what is needed of this key can be without its match.
        return
        [
            .. UnmatchedUses.All(strange.Count == 0 ? uses.Of(key) : uses.Instances).Where(use => !IsKnown(use.Key)),
            .. lost.Select(instance => instance.Of(key)).OfType<UnmatchedUse>(),
        ];

        bool IsKnown(KeyIdentifier needed) => needed.IsSameKeyAs(key)
            ? !needed.IsPinned || versions.Exists(version => version.Version == needed.Version)
            : !strange.Contains(needed.Vault.Host);
    }

    /// <summary>
    /// What manages the vaults may be silent while the vault of the key answers: then the address is not known, and that is no fault of
    /// this vault.
    /// </summary>
    private async Task<bool> IsKnownAsync(Uri vault, CancellationToken cancellationToken)
    {
        try
        {
            return await management.KnowsVaultAsync(vault, cancellationToken).WaitAsync(Patience.Silence / 3, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            return false;
        }
    }
}
