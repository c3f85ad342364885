namespace DpsPortal.Hosting;

/// <summary>What the source in src/Store/Files says here.</summary>
internal static class StoreOwner
{
    public const string Name = "the portal";

    /// <summary>The setting that names the data folder.</summary>
    public const string Setting = "Portal:DataDirectory";
}
