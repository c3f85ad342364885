namespace DpsPortal.Services.Storage;

/// <summary>What a <see cref="StoreFile"/> says as one of the portal.</summary>
internal static class StoreOwner
{
    /// <summary>The setting that names the data folder.</summary>
    public const string Setting = "Portal:DataDirectory";

    /// <summary>What has to outlive a start with nothing.</summary>
    public const string ButKeep = "";
}
