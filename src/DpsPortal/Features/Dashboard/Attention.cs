using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Shell;

namespace DpsPortal.Features.Dashboard;

/// <summary>Something that waits for a person, with the one place to deal with it. The order of the kinds is the order of urgency.</summary>
public sealed partial record Attention(AttentionKind Kind, string Subject, string Detail, string Address)
{
    public static TimeSpan ExpiresSoon { get; } = TimeSpan.FromDays(30);

    /// <summary>With what is about an instance's access: what that is.</summary>
    public KeyAccessStatus? Access { get; init; }

    /// <summary>With it: whether a restore here gives it back; what others took they give back.</summary>
    public bool RestoredHere { get; init; }

    /// <summary>With a loss ahead: whether revocations made here bring it.</summary>
    public bool TakenHere { get; init; }

    /// <summary>With it: whether a restore here is under way that is to give it back.</summary>
    public bool RestoreRuns { get; init; }

    /// <summary>With it: what DPS does with reads and writes now, which need not be what it did when that was read.</summary>
    public RecordAccess? Records { get; init; }

    public Tone Tone => Kind switch
    {
        AttentionKind.KeyDeleted or AttentionKind.KeyMissing or AttentionKind.VaultDeleted or AttentionKind.Revoked
            or AttentionKind.Misconfigured or AttentionKind.LossAhead => Tone.Bad,
        AttentionKind.Unavailable when Records == RecordAccess.Refused => Tone.Bad,
        AttentionKind.NotVerified => Tone.Neutral,
        AttentionKind.PinnedBehind or AttentionKind.ExpiresSoon or AttentionKind.CertificateExpiresSoon => Tone.Info,
        _ => Tone.Warning,
    };

    public static IReadOnlyList<Attention> Rank(
        IReadOnlyList<InstanceOverview> instances,
        KeyList keys,
        IReadOnlyList<Operation> operations,
        IReadOnlyList<ActiveRevocation> revocations,
        DateTimeOffset now,
        IReadOnlyList<GroupCertificate>? certificates = null) =>
        [.. instances.SelectMany(instance => OfInstance(instance, revocations, now))
            .Concat(operations.SelectMany(OfOperation))
            .Concat(keys.Keys.SelectMany(key => OfKey(key, now, revocations, operations)))
            .Concat(OfAbsent(keys))
            .Concat(OfVaults(keys))
            .Concat(OfCertificates(certificates ?? [], now))
            .OrderBy(item => item.Kind).ThenBy(item => item.Subject, StringComparer.Ordinal)];

    /// <summary>Whether the key itself is an item; what is wrong with its instances is an item of theirs.</summary>
    public static bool Needs(KeyOverview key, DateTimeOffset now) => OfKey(key, now, [], []).Any();

    private static IEnumerable<Attention> OfInstance(InstanceOverview overview, IReadOnlyList<ActiveRevocation> revocations, DateTimeOffset now)
    {
        if (overview.Instance.Encryption is not InstanceEncryption.CustomerManagedKey encryption)
        {
            yield break;
        }

        var name = overview.Instance.Name;
        AttentionKind? access = encryption.Access.Access switch
        {
            KeyAccess.Revoked => AttentionKind.Revoked,
            KeyAccess.Misconfigured => AttentionKind.Misconfigured,
            KeyAccess.Unavailable => AttentionKind.Unavailable,
            KeyAccess.Degraded => AttentionKind.Degraded,
            KeyAccess.NotVerified => AttentionKind.NotVerified,
            _ => null,
        };
        if (access is { } kind)
        {
            Guid? restore = kind == AttentionKind.Revoked ? overview.RestoredBy : null;

            // What was revoked here is given back where the key is; anything else is explained at the instance.
            var revokedHere = kind == AttentionKind.Revoked
                && revocations.Any(revocation => revocation.Instances.Contains(name) || revocation.Without.Contains(name));
            yield return new(kind, name, encryption.Access.Cause.ToString(),
                restore is { } running ? Addresses.Operation(running)
                : revokedHere ? Addresses.Key(encryption.ConfiguredKey) : Addresses.Instance(name))
            {
                Access = encryption.Access,
                RestoredHere = revokedHere,
                RestoreRuns = restore is not null,
                Records = encryption.Access.RecordsAt(now),
            };
        }

        if (overview.Drift == VersionDrift.NotPickedUp)
        {
            yield return new(AttentionKind.NotPickedUp, name, encryption.ConfiguredKey.Name, Addresses.Rotate(encryption.ConfiguredKey));
        }
        else if (overview.Drift == VersionDrift.PinnedBehind)
        {
            yield return new(AttentionKind.PinnedBehind, name, encryption.ConfiguredKey.Name, Addresses.Instance(name));
        }
    }

    // What has come about since, or was restored, waits for nobody any more.
    private static IEnumerable<Attention> OfOperation(Operation operation) => operation switch
    {
        { State: OperationState.Unconfirmed, Aftermath.Kind: AftermathKind.Open } =>
            [new(AttentionKind.Unconfirmed, Words.Subject(operation.Subject), operation.Kind.ToString(), Addresses.Operation(operation.Id))],
        { State: OperationState.Partial, Aftermath.Kind: AftermathKind.Open } =>
            [new(AttentionKind.PartlyDone, Words.Subject(operation.Subject), operation.Kind.ToString(), Addresses.Operation(operation.Id))],
        { State: OperationState.Unreadable } =>
            [new(AttentionKind.Unreadable, Words.Subject(operation.Subject), operation.Kind.ToString(), Addresses.Operation(operation.Id))],
        { State: OperationState.Waiting } =>
            [new(AttentionKind.Waiting, Words.Subject(operation.Subject), operation.Kind.ToString(), Addresses.Operation(operation.Id))],
        _ => [],
    };

    private static IEnumerable<Attention> OfKey(
        KeyOverview key, DateTimeOffset now, IReadOnlyList<ActiveRevocation> revocations, IReadOnlyList<Operation> operations)
    {
        if (key.InUse.Where(dependent => dependent.LosesAt(now))
            .Select(dependent => dependent.Instance)
            .Order(StringComparer.Ordinal)
            .ToList() is { Count: > 0 } losers)
        {
            yield return new(
                AttentionKind.LossAhead, key.Key.Name, string.Join(", ", losers), Addresses.Key(key.Key)) { TakenHere = losers.TrueForAll(IsTakenHere) };
        }

        if (key.Current.Availability == KeyAvailability.Expired)
        {
            yield return new(AttentionKind.Expired, key.Key.Name, key.Key.VaultName, Addresses.Key(key.Key));
        }
        else if (key.Current is { Availability: KeyAvailability.Enabled, ExpiresOn: { } expires } && expires - now <= ExpiresSoon)
        {
            yield return new(AttentionKind.ExpiresSoon, key.Key.Name, key.Key.VaultName, Addresses.Key(key.Key));
        }

        bool IsTakenHere(string instance) => revocations.Any(revocation => revocation.Target.Key == key.Key && revocation.Served.Contains(instance))
            || operations.Any(operation => operation is { Kind: OperationKind.Revoke, Ended: false } && operation.Subject == key.Key.ToString()
                && operation.Steps.Any(step => step.Code == StepCodes.ConfirmRevoked && step.Arguments[0] == instance));
    }
}
