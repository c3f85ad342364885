namespace DpsPortal.KeyVault.Backups;

internal sealed record BackupBody(string? Value = null);
