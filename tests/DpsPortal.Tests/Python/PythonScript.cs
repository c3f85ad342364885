using System.ComponentModel;
using System.Diagnostics;

namespace DpsPortal.Tests.Python;

/// <summary>
/// A script below this folder, run by the first Python 3 that has the modules it needs: the one on the PATH, or the system's, for which
/// Debian packages them. Where none has them the test is reported as skipped.
/// </summary>
internal sealed class PythonScript(string python, string script)
{
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
        var run = await RunAsync(python, ["-B", script], environment, cancellationToken);
        Assert.True(run.ExitCode == 0, $"{python} {script} ended with {run.ExitCode} after {run.Output}: {run.Errors}");
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static async Task<bool> HasAsync(string python, string modules, CancellationToken cancellationToken)
    {
        try
        {
            return (await RunAsync(python, ["-c", $"import {modules}"], [], cancellationToken)).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, string[] arguments, IEnumerable<KeyValuePair<string, string>> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(3));
        await using var overdue = deadline.Token.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, output, await errors);
    }
}
