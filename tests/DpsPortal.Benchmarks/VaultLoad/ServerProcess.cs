using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace DpsPortal.Benchmarks.VaultLoad;

/// <summary>A server in a process of its own, so that its CPU time is its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int port, X509Certificate2 authority) => (_process, Port, Authority) = (process, port, authority);

    public int Port { get; }

    /// <summary>What signed the server's certificate.</summary>
    public X509Certificate2 Authority { get; }

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <param name="role">A word that <see cref="ServerChild"/> knows.</param>
    public static async Task<ServerProcess> StartAsync(string role, string folder)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ServerProcess).Assembly.Location, "server-child", role, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var server = await process.StandardOutput.ReadLineAsync() is { } port
            ? new ServerProcess(
                process, int.Parse(port, CultureInfo.InvariantCulture),
                X509CertificateLoader.LoadCertificate(Convert.FromBase64String((await process.StandardOutput.ReadLineAsync())!)))
            : throw new InvalidOperationException($"The {role} server did not start.");
        return server;
    }

    /// <summary>Sends a line and waits for the line that answers it.</summary>
    public async Task<string> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server has ended.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
        Authority.Dispose();
    }
}
