using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>A key as the vault and DPS describe it at one moment.</summary>
/// <param name="Dependents">Instances whose key this is.</param>
/// <param name="Leaving">Instances that have moved on, and are not done with it yet.</param>
/// <param name="Unmatched">What DPS reports and the vaults do not have, and what is on record here and DPS does not report: while there is any, nothing is certain about what needs this key.</param>
internal sealed record KeyReading(
    KeyVaultKey Current,
    IReadOnlyList<KeyVersion> Versions,
    IReadOnlyList<Dependent> Dependents,
    IReadOnlyList<LeavingDependent> Leaving,
    IReadOnlyList<UnmatchedUse> Unmatched)
{
    public KeyIdentifier CurrentId { get; } = KeyIdentifier.Parse(Current.Id.AbsoluteUri);

    public KeyIdentifier Key => CurrentId.Versionless;

    /// <summary>By the clock of what is administered.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>Why nothing could be wrapped under the version that a rotation would make, by the rule by which DPS wraps.</summary>
    public Refusal? SuccessorFault => KeySuitability.OfSuccessor(Current);

    /// <summary>Why nothing can be wrapped under the current version now, by the rules by which DPS wraps.</summary>
    public Refusal? CurrentFault => KeySuitability.Of(Current, ReadAt)
        ?? (CurrentVersion.FencedSince is null ? null : new Refusal(ProvisioningRefusals.VersionFenced, null, CurrentId.Version!));

    public string Type => Current.KeyType.ToString();

    /// <summary>Bits of the modulus; its first byte may be a sign byte of zero.</summary>
    public int Size => Current.Key.N is { Length: > 0 } modulus ? (modulus.Length - (modulus[0] == 0 ? 1 : 0)) * 8 : 0;

    public IReadOnlyList<string> Operations => [.. Current.KeyOperations.Select(operation => operation.ToString())];

    public KeyVersion CurrentVersion => Versions.Single(version => version.Use == KeyVersionUse.Current);

    /// <summary>Why nothing may be called unused now, or <see langword="null"/>.</summary>
    public Refusal? Uncertain => UnmatchedUses.Refusal(Unmatched);

    /// <param name="shut">Those for which the vault shows it as shut.</param>
    public IReadOnlyList<KeyDependent> AllDependents(IReadOnlyDictionary<string, KeyAccessCause> shut) =>
        [.. Dependents.Select(dependent => dependent.ToContract(shut)), .. Leaving.Select(leaving => leaving.ToContract())];

    /// <param name="shut">Those for which the vault shows it as shut.</param>
    public KeyOverview ToOverview(IReadOnlyDictionary<string, KeyAccessCause> shut) => new(Key, Type, Size, CurrentVersion, Versions.Count, AllDependents(shut)) { Unmatched = Unmatched, Unsuitable = CurrentFault };
}

internal sealed class KeyReader(
    VaultKeys vault, IVaultManagement management, IProvisioningInstances instances, MissingInstances missing, DomainClock clock)
{
    /// <summary>Three calls, whatever the number of versions and instances.</summary>
    /// <returns><see langword="null"/> when the vault has no such key.</returns>
    public async Task<KeyReading?> ReadAsync(Caller caller, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var listing = instances.ListAsync(caller, cancellationToken);
        var reading = await ReadAsync(key, cancellationToken);
        var uses = KeyUses.Of(await listing);
        return reading is var (current, versions) ? await JoinAsync(null, current, versions, uses, null, cancellationToken) : null;
    }

    /// <param name="fences">From DPS, where many keys are read.</param>
    /// <param name="lost">From <see cref="MissingInstances"/>, likewise.</param>
    public async Task<KeyReading?> ReadAsync(
        KeyIdentifier key,
        KeyUses uses,
        CancellationToken cancellationToken,
        IReadOnlyList<FencedVersion>? fences = null,
        IReadOnlyList<MissingInstance>? lost = null) =>
        await ReadAsync(key, cancellationToken) is var (current, versions)
            ? await JoinAsync(fences, current, versions, uses, lost, cancellationToken)
            : null;

    private async Task<(KeyVaultKey Current, List<KeyProperties> Versions)?> ReadAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        // The versions first: one made in between is then missing below the current one, and is added.
        var versions = await vault.ListVersionsAsync(key.Versionless, cancellationToken);
        if (await vault.FindAsync(key.Versionless, cancellationToken) is not { } current)
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
        fences ??= await instances.ListFencesAsync(PortalCaller.Itself, cancellationToken);
        lost ??= await missing.ListAsync(uses.Names, cancellationToken);
        var key = KeyIdentifier.Parse(current.Id.AbsoluteUri);
        var instancesOf = uses.InstancesOf(key);
        var (dependents, leaving) = (Dependents.Of(key, instancesOf), Dependents.LeavingFrom(key, instancesOf));
        var unmatched = await UnmatchedAsync(key, versions, uses, lost, cancellationToken);
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
            if (!await IsKnownAsync(vault.Address, cancellationToken))
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

    /// <summary>What manages the vaults may be silent while the vault of the key answers: then the address is not known, and that is no fault of this vault.</summary>
    private async Task<bool> IsKnownAsync(Uri vault, CancellationToken cancellationToken)
    {
        try
        {
            return await management.KnowsVaultAsync(vault, cancellationToken).WaitAsync(Patience.Silence / 3, cancellationToken);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            return false;
        }
    }
}
