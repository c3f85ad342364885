namespace DpsPortal.KeyVault.Backups;

/// <summary>Where a backup may be restored: any vault of the same subscription, tenant and geography.</summary>
internal sealed record BackupScope(Guid Tenant, Guid Subscription, string Geography);
