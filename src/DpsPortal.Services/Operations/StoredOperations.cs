using System.Text.Json;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Storage;

namespace DpsPortal.Services.Operations;

/// <summary>What the row of each kind of operation holds, and what is told of one that does not.</summary>
internal static class StoredOperations
{
    /// <summary>Reads all that will be asked of it.</summary>
    /// <exception cref="Exception">One of <see cref="DamagedRows.IsOfContent"/>: it is damaged.</exception>
    public static void Read(OperationRow row)
    {
        var (intent, facts) = Known(row.Kind) switch
        {
            OperationKind.CreateInstance => (typeof(NewInstance), typeof(CreationFacts)),
            OperationKind.Rotate or OperationKind.PickUp => (typeof(RewrapIntent), typeof(RewrapFacts)),
            OperationKind.Revoke => (typeof(RevokeIntent), typeof(RevokeFacts)),
            OperationKind.Restore => (typeof(RestoreIntent), null),
            OperationKind.Rekey => (typeof(RekeyIntent), typeof(RekeyFacts)),
            OperationKind.Reencrypt => (typeof(ReencryptionIntent), null),
            _ => throw new JsonException($"An operation of kind {row.Kind} cannot be stored."),
        };
        Stored.Read(row.Intent, intent);
        if (row.Facts is not null && facts is not null)
        {
            Stored.Read(row.Facts, facts);
        }

        Stored.ReadRefusal(row.Failure);
        Known(row.State);
        Known(row.By.Role);
        Known(row.Verdict ?? default);
        KnownTime(row.StartedAt);
        KnownTime(row.FinishedAt ?? row.StartedAt);
    }

    /// <summary>What is left to tell of a damaged one. A time that cannot be read is the epoch's, which nobody takes for one.</summary>
    public static Operation Unreadable(OperationRow row, Person by) => new(
        row.Id,
        Enum.IsDefined(row.Kind) ? row.Kind : OperationKind.Unknown,
        row.Subject,
        OperationState.Unreadable,
        [],
        Enum.IsDefined(by.Role) ? by : by with { Role = default },
        row.Reason,
        TimeOf(row.StartedAt),
        row.FinishedAt is { } finished ? TimeOf(finished) : null,
        null);

    public static T Known<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw new JsonException($"{value} is no {typeof(T).Name}.");

    /// <summary>A time that cannot be one is the epoch.</summary>
    public static DateTimeOffset TimeOf(long ticks) => IsTime(ticks) ? Stored.Time(ticks) : DateTimeOffset.UnixEpoch;

    /// <summary>Of a text in its place SQLite says zero.</summary>
    public static bool IsTime(long ticks) => ticks >= DateTimeOffset.UnixEpoch.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks - TimeSpan.TicksPerDay;

    private static void KnownTime(long ticks) => _ = IsTime(ticks) ? ticks : throw new JsonException($"{ticks} is no time.");
}
