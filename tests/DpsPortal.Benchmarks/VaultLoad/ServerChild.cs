using System.Globalization;
using System.Runtime;
using DpsPortal.KeyVault;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Benchmarks.VaultLoad;

/// <summary>
/// The other side of <see cref="ServerProcess"/>. Tells port and authority, answers commands, and ends when its input does.
/// </summary>
internal static class ServerChild
{
    public const string Vault = "vault";
    public const string Bare = "bare";

    public static async Task<int> RunAsync(string role, string folder)
    {
        if (role == Vault)
        {
            // Logging as the portal has it: warnings to the console.
            var options = new EmbeddedKeyVaultOptions { DataDirectory = Path.Combine(folder, "vault"), Port = 0 };
            await using var vault = await EmbeddedKeyVault.StartAsync(
                options, TimeProvider.System, logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole());
            return await ServeAsync(vault.Port, vault.CertificateAuthority.RawData, bare: null);
        }

        await using var bare = await BareServer.StartAsync(folder);
        return await ServeAsync(bare.Port, bare.Authority, bare);
    }

    private static async Task<int> ServeAsync(int port, byte[] authority, BareServer? bare)
    {
        Console.WriteLine(port);
        Console.WriteLine(Convert.ToBase64String(authority));
        while (await Console.In.ReadLineAsync() is { } command)
        {
            Console.WriteLine(Answer(bare, command.Split(' ')));
        }

        return 0;
    }

    private static string Answer(BareServer? bare, string[] command) => command switch
    {
        ["compiled"] => JitInfo.GetCompiledMethodCount().ToString(CultureInfo.InvariantCulture),
        ["public", var bits] => Convert.ToBase64String(bare!.Key(bits).ExportSubjectPublicKeyInfo()),
        _ => throw new ArgumentException($"There is no command {command[0]}.", nameof(command)),
    };
}
