using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>A key as the vault and DPS describe it at one moment.</summary>
/// <param name="Dependents">Instances whose key this is.</param>
/// <param name="Leaving">Instances that have moved on, and are not done with it yet.</param>
/// <param name="Unmatched">What DPS reports and the vaults do not have, and what is on record here and DPS does not report: while there is
/// any, nothing is certain about what needs this key.</param>
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
    public KeyOverview ToOverview(IReadOnlyDictionary<string, KeyAccessCause> shut) =>
        new(Key, Type, Size, CurrentVersion, Versions.Count, AllDependents(shut)) { Unmatched = Unmatched, Unsuitable = CurrentFault };
}
