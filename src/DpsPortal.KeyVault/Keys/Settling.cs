namespace DpsPortal.KeyVault.Keys;

/// <summary>Says where a key stands. Deletion and recovery are durable at once; what is simulated is that they show later.</summary>
internal sealed class Settling(TimeProvider domainClock, TimeSpan duration)
{
    public DateTimeOffset Now => domainClock.GetUtcNow();

    /// <summary>When a key that is recovered now began to come back, or null where it is back at once.</summary>
    public DateTimeOffset? BeginRecovery => duration > TimeSpan.Zero ? Now : null;

    /// <summary>The clock is read only for a key that was deleted or recovered: every request asks this.</summary>
    public KeyPresence Of(StoredKey? key) => key switch
    {
        null => KeyPresence.Absent,
        { Deletion: null, RecoveredOn: null } => KeyPresence.Present,
        _ => Of(key, Now, duration),
    };

    public static KeyPresence Of(StoredKey key, DateTimeOffset now, TimeSpan duration)
    {
        if (key.Deletion is { Deleted: var deleted })
        {
            return IsSettling(deleted, now, duration) ? KeyPresence.BeingDeleted : KeyPresence.Deleted;
        }

        return key.RecoveredOn is { } recovered && IsSettling(recovered, now, duration) ? KeyPresence.BeingRecovered : KeyPresence.Present;
    }

    /// <summary>The domain clock can be set back; what began in its future has settled.</summary>
    private static bool IsSettling(DateTimeOffset began, DateTimeOffset now, TimeSpan duration) => began <= now && now < began + duration;
}
