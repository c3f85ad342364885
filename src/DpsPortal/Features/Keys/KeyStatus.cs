using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;

namespace DpsPortal.Features.Keys;

/// <summary>What a key's page says first: one state, and who depends on it.</summary>
/// <param name="Lagging">Versionless instances that have not picked the current version up.</param>
/// <param name="Shut">Instances that cannot use the key now, whatever the cause.</param>
/// <param name="Ahead">Instances that DPS still serves, and to which the vault would not open it any more.</param>
/// <param name="Leaving">Instances that have moved to another key, and of which an earlier form is still under this one.</param>
internal sealed record KeyStatus(KeyStatusKind Kind, int Instances, long Registrations, int Lagging, int Shut, int Ahead, int Leaving)
{
    public Tone Tone => Kind switch
    {
        KeyStatusKind.CurrentShut or KeyStatusKind.LossAhead => Tone.Bad,
        KeyStatusKind.PartlyRevoked or KeyStatusKind.Revoking when Shut > 0 => Tone.Bad,
        KeyStatusKind.Current when Lagging > 0 => Tone.Warning,
        KeyStatusKind.Current => Tone.Good,
        KeyStatusKind.Revoked or KeyStatusKind.Deleted => Tone.Bad,
        KeyStatusKind.Disabled or KeyStatusKind.DisabledUnclear => Tone.Bad,
        KeyStatusKind.Retired => Tone.Neutral,
        _ => Tone.Warning,
    };

    /// <param name="now">A lease that was running when it was read may have ended.</param>
    /// <param name="running">The operation under way on this key.</param>
    public static KeyStatus Of(KeyDetail key, DateTimeOffset now, Operation? running = null) => new(
        KindOf(key, now, running),
        key.InUse.Count(),
        key.InUse.Sum(dependent => dependent.Records.Registrations),
        key.InUse.Count(dependent => !dependent.Pinned && dependent.EffectiveVersion != key.Current.Id),
        key.InUse.Count(dependent => IsRefused(dependent, now)),
        key.InUse.Count(dependent => dependent.LosesAt(now)),
        key.Dependents.Count(dependent => dependent.Use == WrappedKeyUse.Retiring));

    /// <summary>DPS has not seen the revoke yet, or could not ask: reads go on.</summary>
    private static bool IsServed(KeyDependent dependent, DateTimeOffset now) => dependent.Access.RecordsAt(now) == RecordAccess.Served;

    public static bool IsRefused(KeyDependent dependent, DateTimeOffset now) => dependent.Access.RecordsAt(now) == RecordAccess.Refused;

    private static bool IsShut(KeyDependent dependent, DateTimeOffset now) =>
        dependent.Access.Access is KeyAccess.Revoked or KeyAccess.Misconfigured && IsRefused(dependent, now);

    /// <summary>
    /// DPS stops wrapping under a version only when it is told to from here. Where our store knows of no revocation that did, it may be
    /// an older one, put back.
    /// </summary>
    private static bool MayBeRevoked(KeyDetail key) => key.Unreadable.Count > 0 || key.Current.FencedSince is not null;

    private static KeyStatusKind KindOf(KeyDetail key, DateTimeOffset now, Operation? running) => key.Current.Availability switch
    {
        // What the vault shows meanwhile is the portal's own doing, half of it.
        not KeyAvailability.Deleted when running?.Kind is OperationKind.Revoke => KeyStatusKind.Revoking,
        KeyAvailability.Disabled =>
            key.IsRevoked(key.Current.Id) ? key.InUse.Any(dependent => IsServed(dependent, now)) ? KeyStatusKind.PartlyRevoked : KeyStatusKind.Revoked
            : MayBeRevoked(key) && (key.InUse.Any() || key.Unmatched.Count > 0) ? KeyStatusKind.DisabledUnclear
            : key.InUse.Any() ? KeyStatusKind.Disabled
            : key.Unmatched.Count > 0 ? KeyStatusKind.DisabledUseUnknown
            : KeyStatusKind.Retired,
        KeyAvailability.Expired => KeyStatusKind.Expired,
        KeyAvailability.NotYetValid => KeyStatusKind.NotYetValid,
        KeyAvailability.Deleted => KeyStatusKind.Deleted,
        _ when key.ActiveRevocation is null => key.InUse.Any(dependent => IsRefused(dependent, now)) ? KeyStatusKind.CurrentShut
            : key.InUse.Any(dependent => dependent.LosesAt(now)) ? KeyStatusKind.LossAhead
            : key.Unreadable.Count > 0 ? KeyStatusKind.CurrentUnclear
            : KeyStatusKind.Current,
        _ => key.InUse.Any() && key.InUse.All(dependent => IsShut(dependent, now)) ? KeyStatusKind.Revoked : KeyStatusKind.PartlyRevoked,
    };
}
