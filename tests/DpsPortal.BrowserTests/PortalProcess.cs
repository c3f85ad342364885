using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using DpsPortal.Tests;

namespace DpsPortal.BrowserTests;

/// <summary>The portal as people run it: its own process, on free ports, with a data folder of its own.</summary>
internal sealed partial class PortalProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dpsportal-browser-");
    private readonly StringBuilder _output = new();
    private readonly bool _sample;
    private readonly bool _traffic;
    private Process? _process;
    private TaskCompletionSource<Uri> _address = new();

    private PortalProcess(bool sample, bool traffic) => (_sample, _traffic) = (sample, traffic);

    public Uri Address => _address.Task.Result;

    public string DataDirectory => _data.FullName;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="sample">Fill the stores with the Contoso sample.</param>
    /// <param name="traffic">Let devices register meanwhile, as they do where nothing else is set.</param>
    public static async Task<PortalProcess> StartAsync(bool sample, CancellationToken cancellationToken, bool traffic = false)
    {
        var portal = new PortalProcess(sample, traffic);
        await portal.BeginAsync("http://127.0.0.1:0", cancellationToken);
        return portal;
    }

    /// <summary>Ends it, and starts it again on its data and at its address.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var address = Address;
        await EndAsync();
        await BeginAsync(address.ToString(), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _data.Delete(recursive: true);
    }

    private async Task BeginAsync(string url, CancellationToken cancellationToken)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "DpsPortal.dll");
        var start = new ProcessStartInfo("dotnet", [PortalAssembly(assembly)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _data.FullName,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Portal__Url"] = url;
        start.Environment["Portal__DataDirectory"] = _data.FullName;
        start.Environment["Portal__SampleData"] = _sample ? "true" : "false";
        start.Environment["KeyVault__Embedded__Url"] = "https://localhost:0";
        start.Environment["Provisioning__Url"] = "https://localhost:0";
        start.Environment["Provisioning__Traffic__Enabled"] = _traffic ? "true" : "false";

        var address = _address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => address.TrySetException(new InvalidOperationException("The portal ended: " + Output));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await ReadyAsync(cancellationToken);
    }

    private async Task EndAsync()
    {
        if (_process is { } process)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    // Static web assets are found beside the portal's own assembly, so it is started from its own output folder.
    private static string PortalAssembly(string besideTests)
    {
        var relative = Path.GetRelativePath(Repository.PathOf("tests", "DpsPortal.BrowserTests"), Path.GetDirectoryName(besideTests)!);
        return Repository.PathOf("src", "DpsPortal", relative, "DpsPortal.dll");
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        var address = await _address.Task.WaitAsync(deadline.Token);
        using var client = new HttpClient { BaseAddress = address };
        while (true)
        {
            using var answer = await client.GetAsync("/health/ready", deadline.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            if (_process is not { HasExited: false })
            {
                throw new InvalidOperationException("The portal ended: " + Output);
            }

            await Task.Delay(100, deadline.Token);
        }
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
