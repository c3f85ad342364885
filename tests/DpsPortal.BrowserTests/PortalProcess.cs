using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace DpsPortal.BrowserTests;

/// <summary>The portal as people run it: its own process, on free ports, with a data folder of its own.</summary>
internal sealed partial class PortalProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PortalProcess(Process process, DirectoryInfo data)
    {
        _process = process;
        _data = data;
    }

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
        var data = Directory.CreateTempSubdirectory("dpsportal-browser-");
        var assembly = Path.Combine(AppContext.BaseDirectory, "DpsPortal.dll");
        var start = new ProcessStartInfo("dotnet", [PortalAssembly(assembly)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data.FullName,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Portal__Url"] = "http://127.0.0.1:0";
        start.Environment["Portal__DataDirectory"] = data.FullName;
        start.Environment["Portal__SampleData"] = sample ? "true" : "false";
        start.Environment["KeyVault__Embedded__Url"] = "https://localhost:0";
        start.Environment["Provisioning__Url"] = "https://localhost:0";
        start.Environment["Provisioning__Traffic__Enabled"] = traffic ? "true" : "false";

        var portal = new PortalProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, data);
        portal._process.OutputDataReceived += (_, line) => portal.Read(line.Data);
        portal._process.ErrorDataReceived += (_, line) => portal.Read(line.Data);
        portal._process.Exited += (_, _) => portal._address.TrySetException(new InvalidOperationException("The portal ended: " + portal.Output));
        portal._process.Start();
        portal._process.BeginOutputReadLine();
        portal._process.BeginErrorReadLine();
        await portal.ReadyAsync(cancellationToken);
        return portal;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    // Static web assets are found beside the portal's own assembly, so it is started from its own output folder.
    private static string PortalAssembly(string besideTests)
    {
        var relative = Path.GetRelativePath(Path.Combine(RepositoryRoot(), "tests", "DpsPortal.BrowserTests"), Path.GetDirectoryName(besideTests)!);
        return Path.Combine(RepositoryRoot(), "src", "DpsPortal", relative, "DpsPortal.dll");
    }

    private static string RepositoryRoot()
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

            if (_process.HasExited)
            {
                throw new InvalidOperationException("The portal ended: " + Output);
            }

            await Task.Delay(100, deadline.Token);
        }
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
