using System.ComponentModel;
using System.Diagnostics;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>A program for Python, run as somebody would who has nothing but Python.</summary>
internal static class PythonProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <returns>What it printed; <see langword="null"/> where there is no Python.</returns>
    public static async Task<string?> RunAsync(string program, params (string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo("python3", ["-c", program]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(info)!;
            using var deadline = new CancellationTokenSource(Patience);
            await using var overdue = deadline.Token.Register(process.Kill);
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            Assert.True(process.ExitCode == 0, $"Python ended with {process.ExitCode}: {output}{await errors}");
            return output.Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
