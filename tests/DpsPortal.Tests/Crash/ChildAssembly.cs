namespace DpsPortal.Tests.Crash;

internal static class ChildAssembly
{
    /// <summary>Where the code of the children is: the benchmarks, built like these tests.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = System.IO.Path.GetRelativePath(Repository.PathOf("tests", "DpsPortal.Tests"), AppContext.BaseDirectory);
        return Repository.PathOf("tests", "DpsPortal.Benchmarks", folder, "DpsPortal.Benchmarks.dll");
    }
}
