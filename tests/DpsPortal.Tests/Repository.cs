namespace DpsPortal.Tests;

/// <summary>Where this repository is, for tests that read its files.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DpsPortal.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("DpsPortal.sln was not found above " + AppContext.BaseDirectory);
    }
}
