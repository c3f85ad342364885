namespace DpsPortal.KeyVault.Management;

/// <summary>When the vault was soft-deleted, and when it will be purged; that date is fixed.</summary>
internal sealed record VaultDeletion(DateTimeOffset Deleted, DateTimeOffset ScheduledPurge)
{
    public static VaultDeletion At(DateTimeOffset now, int retentionDays) => new(now, now.AddDays(retentionDays));
}
