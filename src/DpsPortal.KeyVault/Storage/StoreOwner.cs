namespace DpsPortal.KeyVault.Storage;

/// <summary>What the source in src/Store, which three projects share, says here.</summary>
internal static class StoreOwner
{
    public const string Name = "the vault";

    /// <summary>The setting that names the data folder.</summary>
    public const string Setting = "KeyVault:Embedded:DataDirectory";

    /// <summary>What has to outlive a start with nothing.</summary>
    public const string ButKeep = " (but keep backup.key if there are backups of keys to restore)";
}
