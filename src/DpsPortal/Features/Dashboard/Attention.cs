using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Shell;

namespace DpsPortal.Features.Dashboard;

/// <summary>Something that waits for a person, with the one place to deal with it. The order of the kinds is the order of urgency.</summary>
public sealed record Attention(AttentionKind Kind, string Subject, string Detail, string Address)
{
    public static TimeSpan ExpiresSoon { get; } = TimeSpan.FromDays(30);

    /// <summary>With what is about an instance's access: what that is.</summary>
    public KeyAccessStatus? Access { get; init; }

    public Tone Tone => Kind switch
    {
        AttentionKind.Unavailable when Access?.Records == RecordAccess.Refused => Tone.Bad,
        AttentionKind.NotVerified => Tone.Neutral,
        AttentionKind.Revoked or AttentionKind.Misconfigured => Tone.Bad,
        AttentionKind.PinnedBehind or AttentionKind.ExpiresSoon => Tone.Info,
        _ => Tone.Warning,
    };

    public static IReadOnlyList<Attention> Rank(
        IReadOnlyList<InstanceOverview> instances,
        IReadOnlyList<KeyOverview> keys,
        IReadOnlyList<Operation> operations,
        IReadOnlyList<ActiveRevocation> revocations,
        DateTimeOffset now) =>
        [.. instances.SelectMany(instance => OfInstance(instance, revocations))
            .Concat(operations.SelectMany(OfOperation))
            .Concat(keys.SelectMany(key => OfKey(key, now)))
            .OrderBy(item => item.Kind).ThenBy(item => item.Subject, StringComparer.Ordinal)];

    private static IEnumerable<Attention> OfInstance(InstanceOverview overview, IReadOnlyList<ActiveRevocation> revocations)
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
            // What was revoked here is given back where the key is; anything else is explained at the instance.
            var revokedHere = kind == AttentionKind.Revoked && revocations.Any(revocation => revocation.Instances.Contains(name));
            yield return new(kind, name, encryption.Access.Cause.ToString(),
                revokedHere ? Addresses.Key(encryption.ConfiguredKey) : Addresses.Instance(name))
            {
                Access = encryption.Access,
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
        { State: OperationState.Waiting } => [new(AttentionKind.Waiting, Words.Subject(operation.Subject), operation.Kind.ToString(), Addresses.Operation(operation.Id))],
        _ => [],
    };

    private static IEnumerable<Attention> OfKey(KeyOverview key, DateTimeOffset now)
    {
        if (key.Current.Availability == KeyAvailability.Expired)
        {
            yield return new(AttentionKind.Expired, key.Key.Name, key.Key.VaultName, Addresses.Key(key.Key));
        }
        else if (key.Current is { Availability: KeyAvailability.Enabled, ExpiresOn: { } expires } && expires - now <= ExpiresSoon)
        {
            yield return new(AttentionKind.ExpiresSoon, key.Key.Name, key.Key.VaultName, Addresses.Key(key.Key));
        }
    }
}

public enum AttentionKind
{
    Revoked,
    Misconfigured,
    Unconfirmed,
    PartlyDone,
    Unavailable,
    Waiting,
    Degraded,
    NotVerified,
    Expired,
    NotPickedUp,
    ExpiresSoon,
    PinnedBehind,
}
