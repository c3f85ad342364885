using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>Everything an impact is computed from, as it was read.</summary>
/// <param name="Unmatched">Instances whose key no vault has: it may be this one under another name.</param>
/// <param name="Missing">Instances made here on this key that DPS reports no more.</param>
/// <param name="Sealed">Versions among those that wrap an instance key whose permitted operations do not include unwrapping.</param>
/// <param name="Roles">Those that hold for the key; <see langword="null"/> when they could not be read.</param>
internal sealed record ImpactState(
    RevocationTarget Target,
    IReadOnlyList<KeyVersion> Versions,
    IReadOnlyList<Dependent> Dependents,
    IReadOnlyList<Dependent> Unmatched,
    IReadOnlyList<UnmatchedUse> Missing,
    IReadOnlyList<KeyIdentifier> Sealed,
    IReadOnlyList<HeldRole>? Roles,
    TimeSpan NoticedWithin,
    DateTimeOffset Now);
