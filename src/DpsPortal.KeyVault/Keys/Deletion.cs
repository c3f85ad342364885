namespace DpsPortal.KeyVault.Keys;

/// <param name="ScheduledPurge">Fixed by the vault's retention when the key was deleted; from then on it is purged, purge protection or not.</param>
internal sealed record Deletion(DateTimeOffset Deleted, DateTimeOffset ScheduledPurge)
{
    public static Deletion At(DateTimeOffset now, int retentionDays) => new(now, now.AddDays(retentionDays));
}
