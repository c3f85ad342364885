using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DpsPortal.Tests;

/// <summary>What tests need of the machine: a program that is not ours, and a port for it to call.</summary>
internal static class OutsideProgram
{
    /// <summary>Runs it to its end, or ends it with all that it has started.</summary>
    /// <returns><see langword="null"/> where there is no such program.</returns>
    public static async Task<ProgramRun?> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan patience, string? folder, IEnumerable<KeyValuePair<string, string>> environment,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder ?? "", RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(patience);
            await using var overdue = deadline.Token.Register(() => process.Kill(entireProcessTree: true));
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            return new ProgramRun(process.ExitCode, output, await errors);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

internal sealed record ProgramRun(int ExitCode, string Output, string Errors);
