using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>A key as the vault and DPS describe it at one moment.</summary>
/// <param name="Dependents">Instances whose key this is.</param>
/// <param name="Leaving">Instances that have moved on, and are not done with it yet.</param>
internal sealed record KeyReading(
    KeyVaultKey Current, IReadOnlyList<KeyVersion> Versions, IReadOnlyList<Dependent> Dependents, IReadOnlyList<LeavingDependent> Leaving)
{
    public KeyIdentifier CurrentId { get; } = KeyIdentifier.Parse(Current.Id.AbsoluteUri);

    public KeyIdentifier Key => CurrentId.Versionless;

    public string Type => Current.KeyType.ToString();

    /// <summary>Bits of the modulus; its first byte may be a sign byte of zero.</summary>
    public int Size => Current.Key.N is { Length: > 0 } modulus ? (modulus.Length - (modulus[0] == 0 ? 1 : 0)) * 8 : 0;

    public IReadOnlyList<string> Operations => [.. Current.KeyOperations.Select(operation => operation.ToString())];

    public KeyVersion CurrentVersion => Versions.Single(version => version.Use == KeyVersionUse.Current);

    public IReadOnlyList<KeyDependent> AllDependents =>
        [.. Dependents.Select(dependent => dependent.ToContract()), .. Leaving.Select(leaving => leaving.ToContract())];

    public KeyOverview ToOverview() => new(Key, Type, Size, CurrentVersion, Versions.Count, AllDependents);
}

internal sealed class KeyReader(VaultKeys vault, IProvisioningInstances instances, DomainClock clock)
{
    /// <summary>Three calls, whatever the number of versions and instances.</summary>
    /// <returns><see langword="null"/> when the vault has no such key.</returns>
    public async Task<KeyReading?> ReadAsync(Caller caller, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var listing = instances.ListAsync(caller, cancellationToken);
        var reading = await ReadAsync(key, cancellationToken);
        var all = await listing;
        return reading is var (current, versions) ? Join(current, versions, all) : null;
    }

    public async Task<KeyReading?> ReadAsync(KeyIdentifier key, IReadOnlyList<ProvisioningInstance> all, CancellationToken cancellationToken) =>
        await ReadAsync(key, cancellationToken) is var (current, versions) ? Join(current, versions, all) : null;

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

    private KeyReading Join(KeyVaultKey current, List<KeyProperties> versions, IReadOnlyList<ProvisioningInstance> all)
    {
        var key = KeyIdentifier.Parse(current.Id.AbsoluteUri);
        var (dependents, leaving) = (Dependents.Of(key, all), Dependents.LeavingFrom(key, all));
        IReadOnlyList<ProvisioningInstance> wrapped = [.. dependents.Select(dependent => dependent.Instance), .. leaving.Select(left => left.Instance)];
        return new KeyReading(current, KeyVersions.Describe(versions, current.Properties.Version, wrapped, clock.Now), dependents, leaving);
    }
}
