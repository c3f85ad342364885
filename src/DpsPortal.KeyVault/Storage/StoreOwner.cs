namespace DpsPortal.KeyVault.Storage;

/// <summary>What a <see cref="StoreFile"/> says as one of the vault.</summary>
internal static class StoreOwner
{
    /// <summary>The setting that names the data folder.</summary>
    public const string Setting = "KeyVault:Embedded:DataDirectory";

    /// <summary>What has to outlive a start with nothing.</summary>
    public const string ButKeep = " (but keep backup.key if there are backups of keys to restore)";
}
