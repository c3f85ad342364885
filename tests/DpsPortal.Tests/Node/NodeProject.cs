using System.Security.Cryptography;

namespace DpsPortal.Tests.Node;

/// <summary>
/// A folder beside this file with a package.json, its lock file and scripts. The packages are installed once for each lock
/// file, below <c>obj</c>; nothing of the source tree is written to. Where Node is missing or too old the test is reported as skipped.
/// </summary>
internal sealed class NodeProject
{
    private const int LeastMajor = 20;
    private static readonly SemaphoreSlim Installing = new(1, 1);

    private readonly string _folder;

    private NodeProject(string folder) => _folder = folder;

    public static async Task<NodeProject> OpenAsync(string name, CancellationToken cancellationToken)
    {
        if (await MajorAsync(cancellationToken) is not { } major || major < LeastMajor)
        {
            Assert.Skip($"Node {LeastMajor} or newer with npm is needed on the PATH: install it from nodejs.org or as the package nodejs.");
        }

        var source = Repository.PathOf("tests", "DpsPortal.Tests", "Node", name);
        var lockFile = await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), cancellationToken);
        var folder = Repository.PathOf("tests", "DpsPortal.Tests", "obj", "node", $"{name}-{Convert.ToHexStringLower(SHA256.HashData(lockFile))[..16]}");
        await Installing.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.EnumerateFiles(source))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            }

            // npm writes this file last: without it an install was broken off.
            if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
            {
                var installed = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, [], cancellationToken);
                Assert.True(installed is { ExitCode: 0 }, $"npm ci failed: {installed?.Output} {installed?.Errors}");
            }
        }
        finally
        {
            Installing.Release();
        }

        return new NodeProject(folder);
    }

    /// <summary>Runs a script to its end and answers the lines it printed; a non-zero exit fails the test with what it wrote to standard error.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string script, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var run = (await RunAsync("node", [script], _folder, environment, cancellationToken))!;
        Assert.True(run.ExitCode == 0, $"node {script} ended with {run.ExitCode} after {run.Output}: {run.Errors}");
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<int?> MajorAsync(CancellationToken cancellationToken) =>
        await RunAsync("node", ["--version"], Repository.Root, [], cancellationToken) is { } run
            && int.TryParse(run.Output.TrimStart('v').Split('.')[0], out var major)
            ? major
            : null;

    // On Windows npm is a script, which only the shell finds.
    private static Task<ProgramRun?> RunAsync(
        string program, string[] arguments, string folder, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken) =>
        OutsideProgram.RunAsync(
            OperatingSystem.IsWindows() ? "cmd" : program, OperatingSystem.IsWindows() ? ["/c", program, .. arguments] : arguments,
            TimeSpan.FromMinutes(3), folder, environment, cancellationToken);
}
