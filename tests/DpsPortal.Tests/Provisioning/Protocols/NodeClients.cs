using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>A Node process with Microsoft's clients; see Node/dps/clients.js.</summary>
internal sealed class NodeClients : IDisposable
{
    private const int OldestNode = 20;
    private static readonly string Folder = Repository.PathOf("tests", "DpsPortal.Tests", "Node", "dps");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private NodeClients(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>What is missing to run them here; <see langword="null"/> when nothing is.</summary>
    public static async Task<string?> MissingAsync()
    {
        var version = await RunAsync("node", ["--version"], TimeSpan.FromSeconds(20));
        if (version.ExitCode != 0 || !int.TryParse(version.Output.TrimStart('v').Split('.')[0], out var major) || major < OldestNode)
        {
            return $"Node {OldestNode} or newer is not installed (nodejs.org, or the package nodejs); Microsoft's clients were not run.";
        }

        return (await RunAsync(Npm, ["--version"], TimeSpan.FromSeconds(20))).ExitCode == 0 ? null : "npm is not installed; Microsoft's clients were not run.";
    }

    public static async Task<NodeClients> StartAsync(params string[] arguments)
    {
        await InstallAsync();
        return new NodeClients(Process.Start(Info("node", ["clients.js", .. arguments]))!);
    }

    /// <summary>Runs a program as somebody would who has these clients installed, and answers what it printed.</summary>
    public static async Task<string> RunProgramAsync(string program, params (string Name, string Value)[] environment)
    {
        await InstallAsync();
        var (exitCode, output) = await RunAsync("node", ["-e", program], Patience, environment);
        Assert.True(exitCode == 0, $"Node ended with {exitCode}: {output}");
        return output.Trim();
    }

    public async Task<JsonObject> AskAsync(string command, object? arguments = null)
    {
        var line = (JsonObject)JsonSerializer.SerializeToNode(arguments ?? new { })!;
        line["command"] = command;
        await _process.StandardInput.WriteLineAsync(line.ToJsonString());
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return answer is null ? throw new InvalidOperationException("Node has ended: " + await _errors) : (JsonObject)JsonNode.Parse(answer)!;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <summary>From the lock file, once; again when it has changed.</summary>
    private static async Task InstallAsync()
    {
        var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            return;
        }

        var (exitCode, output) = await RunAsync(Npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], TimeSpan.FromMinutes(3));
        Assert.True(exitCode == 0, "npm ci failed: " + output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, TimeSpan patience, params (string Name, string Value)[] environment)
    {
        var run = await OutsideProgram.RunAsync(
            program, arguments, patience, Folder, environment.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)), CancellationToken.None);
        return run is null ? (-1, $"There is no {program} here.") : (run.ExitCode, run.Output + run.Errors);
    }

    private static ProcessStartInfo Info(string program, string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
