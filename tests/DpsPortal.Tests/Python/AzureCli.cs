using System.Diagnostics;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.Python;

/// <summary>
/// Azure's command line as it is installed, with a folder of settings of its own. It is written in Python, which reads
/// <c>az/sitecustomize.py</c> first; that file says what it prepares. Where it is missing the test is reported as skipped.
/// </summary>
internal sealed class AzureCli : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment;

    private AzureCli(string authority) => _environment = new()
    {
        // A copy, so that Python does not put its compiled form into the source tree.
        ["PYTHONPATH"] = Prepare(_folder.Path),
        ["AZURE_CONFIG_DIR"] = Path.Combine(_folder.Path, "settings"),
        ["AZURE_CORE_COLLECT_TELEMETRY"] = "false",
        ["AZURE_CORE_NO_COLOR"] = "true",
        ["AZURE_CORE_OUTPUT"] = "json",
        ["REQUESTS_CA_BUNDLE"] = authority,
        ["NO_PROXY"] = "*",
    };

    /// <summary>Where a test may put files for it.</summary>
    public string Folder => _folder.Path;

    /// <param name="authority">File with the certificate to trust.</param>
    /// <param name="address">An address below .localhost that answers without a token.</param>
    public static async Task<AzureCli> OpenAsync(string authority, Uri address, CancellationToken cancellationToken)
    {
        var cli = new AzureCli(authority);
        switch (await cli.TryAsync(["rest", "--skip-authorization-header", "--method", "get", "--url", address.AbsoluteUri], cancellationToken))
        {
            case null:
                cli.Dispose();
                Assert.Skip("Azure's command line is needed on the PATH as az: install Debian's package azure-cli.");
                throw new UnreachableException();
            case { ExitCode: not 0 } failed when failed.Errors.Contains("resolve", StringComparison.OrdinalIgnoreCase):
                cli.Dispose();
                // Microsoft's own package starts a Python that reads no PYTHONPATH.
                Assert.Skip($"az does not resolve {address.Host}: install Debian's package azure-cli, or add 127.0.0.1 {address.Host} to the hosts file.");
                throw new UnreachableException();
            case { ExitCode: not 0 } failed:
                cli.Dispose();
                throw new InvalidOperationException($"az does not start: {failed.Errors}");
            default:
                return cli;
        }
    }

    public void Set(string variable, string value) => _environment[variable] = value;

    /// <summary>Runs a command that must go well, and answers what it printed; null where it printed nothing.</summary>
    public async Task<JsonNode?> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var run = (await TryAsync(arguments, cancellationToken))!;
        Assert.True(run.ExitCode == 0, $"az {string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Errors}");
        return run.Output.Trim() is { Length: > 0 } json ? JsonNode.Parse(json) : null;
    }

    /// <summary>Runs a command that must fail, and answers what it said.</summary>
    public async Task<string> FailAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var run = (await TryAsync(arguments, cancellationToken))!;
        Assert.True(run.ExitCode != 0, $"az {string.Join(' ', arguments)} went well: {run.Output}");
        return run.Errors;
    }

    public void Dispose() => _folder.Dispose();

    // On Windows az is a script, which only the shell finds.
    private Task<ProgramRun?> TryAsync(string[] arguments, CancellationToken cancellationToken) => OutsideProgram.RunAsync(
        OperatingSystem.IsWindows()
            ? "cmd"
            : "az", OperatingSystem.IsWindows()
            ? ["/c", "az", .. arguments]
            : arguments, Patience, _folder.Path, _environment, cancellationToken);

    private static string Prepare(string folder)
    {
        var prepared = Directory.CreateDirectory(Path.Combine(folder, "python")).FullName;
        File.Copy(Repository.PathOf("tests", "DpsPortal.Tests", "Python", "az", "sitecustomize.py"), Path.Combine(prepared, "sitecustomize.py"));
        return prepared;
    }
}
