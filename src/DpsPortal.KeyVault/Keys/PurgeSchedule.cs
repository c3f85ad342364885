namespace DpsPortal.KeyVault.Keys;

/// <summary>Which deleted keys have come to the end of their retention.</summary>
internal static class PurgeSchedule
{
    public static IReadOnlyList<StoredKey> Due(IEnumerable<StoredKey> keys, DateTimeOffset now) =>
        [.. keys.Where(key => key.Deletion is { } deletion && deletion.ScheduledPurge <= now)];
}
