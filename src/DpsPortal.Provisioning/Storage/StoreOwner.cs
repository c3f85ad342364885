namespace DpsPortal.Provisioning.Storage;

/// <summary>What the source in src/Store, which three projects share, says here.</summary>
internal static class StoreOwner
{
    public const string Name = "DPS";

    /// <summary>The setting that names the data folder.</summary>
    public const string Setting = "Provisioning:DataDirectory";

    /// <summary>What has to outlive a start with nothing.</summary>
    public const string ButKeep = "";
}
