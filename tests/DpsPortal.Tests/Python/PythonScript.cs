using System.Diagnostics;

namespace DpsPortal.Tests.Python;

/// <summary>
/// A script below this folder, run by the first Python 3 that has the modules it needs: the one on the PATH, or the system's, for which
/// Debian packages them. Where none has them the test is reported as skipped.
/// </summary>
internal sealed class PythonScript(string python, string script)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string[] Pythons = OperatingSystem.IsWindows() ? ["python"] : ["python3", "/usr/bin/python3"];

    /// <param name="modules">What it imports, for instance <c>azure.identity</c>.</param>
    /// <param name="remedy">How to come by them, for whoever sees the test skipped.</param>
    public static async Task<PythonScript> OpenAsync(string folder, string file, string modules, string remedy, CancellationToken cancellationToken)
    {
        foreach (var python in Pythons)
        {
            if (await HasAsync(python, modules, cancellationToken))
            {
                return new PythonScript(python, Repository.PathOf("tests", "DpsPortal.Tests", "Python", folder, file));
            }
        }

        Assert.Skip($"Python 3 with {modules} is needed: {remedy}.");
        throw new UnreachableException();
    }

    /// <summary>Runs it to its end and answers the lines it printed; a non-zero exit fails the test with what it wrote to standard error.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var run = (await OutsideProgram.RunAsync(python, ["-B", script], Patience, null, environment, cancellationToken))!;
        Assert.True(run.ExitCode == 0, $"{python} {script} ended with {run.ExitCode} after {run.Output}: {run.Errors}");
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static async Task<bool> HasAsync(string python, string modules, CancellationToken cancellationToken) =>
        await OutsideProgram.RunAsync(python, ["-c", $"import {modules}"], Patience, null, [], cancellationToken) is { ExitCode: 0 };
}
