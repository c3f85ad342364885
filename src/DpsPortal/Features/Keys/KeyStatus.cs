using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;

namespace DpsPortal.Features.Keys;

/// <summary>What a key's page says first: one state, and who depends on it.</summary>
/// <param name="Lagging">Versionless instances that have not picked the current version up.</param>
/// <param name="Shut">Instances that cannot use the key now, whatever the cause.</param>
/// <param name="Leaving">Instances that have moved to another key, and of which an earlier form is still under this one.</param>
internal sealed record KeyStatus(KeyStatusKind Kind, int Instances, long Registrations, int Lagging, int Shut, int Leaving)
{
    public Tone Tone => Kind switch
    {
        KeyStatusKind.Current or KeyStatusKind.PartlyRevoked when Shut > 0 => Tone.Bad,
        KeyStatusKind.Current when Lagging > 0 => Tone.Warning,
        KeyStatusKind.Current => Tone.Good,
        KeyStatusKind.Revoked or KeyStatusKind.Deleted => Tone.Bad,
        KeyStatusKind.Disabled => Tone.Bad,
        KeyStatusKind.Retired => Tone.Neutral,
        _ => Tone.Warning,
    };

    public static KeyStatus Of(KeyDetail key) => new(
        KindOf(key),
        key.InUse.Count(),
        key.InUse.Sum(dependent => dependent.Records.Registrations),
        key.InUse.Count(dependent => !dependent.Pinned && dependent.EffectiveVersion != key.Current.Id),
        key.InUse.Count(dependent => dependent.Access.Records == RecordAccess.Refused),
        key.Dependents.Count(dependent => dependent.Use == WrappedKeyUse.Retiring));

    /// <summary>DPS has not seen the revoke yet, or could not ask: reads go on.</summary>
    private static bool IsServed(KeyDependent dependent) => dependent.Access.Records == RecordAccess.Served;

    private static bool IsShut(KeyDependent dependent) => dependent.Access is { Access: KeyAccess.Revoked or KeyAccess.Misconfigured, Records: RecordAccess.Refused };

    private static KeyStatusKind KindOf(KeyDetail key) => key.Current.Availability switch
    {
        KeyAvailability.Disabled => key.IsRevoked(key.Current.Id) ? key.InUse.Any(IsServed) ? KeyStatusKind.PartlyRevoked : KeyStatusKind.Revoked : key.InUse.Any() ? KeyStatusKind.Disabled : KeyStatusKind.Retired,
        KeyAvailability.Expired => KeyStatusKind.Expired,
        KeyAvailability.NotYetValid => KeyStatusKind.NotYetValid,
        KeyAvailability.Deleted => KeyStatusKind.Deleted,
        _ when key.ActiveRevocation is null => KeyStatusKind.Current,
        _ => key.InUse.Any() && key.InUse.All(IsShut) ? KeyStatusKind.Revoked : KeyStatusKind.PartlyRevoked,
    };
}

internal enum KeyStatusKind
{
    /// <summary>The current version is enabled and valid.</summary>
    Current,

    /// <summary>Reads and writes go on; nothing new can be wrapped.</summary>
    Expired,
    NotYetValid,

    /// <summary>Disabled outside the portal, while instances have it.</summary>
    Disabled,

    /// <summary>Disabled, and no instance has it.</summary>
    Retired,

    /// <summary>By a revocation made here, and no instance has access any more as far as DPS reports.</summary>
    Revoked,

    /// <summary>A revocation made here took the version or a role away, and the records of some are served all the same.</summary>
    PartlyRevoked,
    Deleted,
}
