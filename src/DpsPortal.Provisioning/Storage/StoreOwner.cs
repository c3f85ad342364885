namespace DpsPortal.Provisioning.Storage;

/// <summary>What a <see cref="StoreFile"/> says as one of DPS.</summary>
internal static class StoreOwner
{
    /// <summary>The setting that names the data folder.</summary>
    public const string Setting = "Provisioning:DataDirectory";

    /// <summary>What has to outlive a start with nothing.</summary>
    public const string ButKeep = "";
}
