using DpsPortal.KeyVault;
using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Benchmarks.Crash;

/// <summary>The embedded vault alone, for a parent that kills it. Prints its port; ends by itself only when the parent is gone.</summary>
internal static class VaultChild
{
    public static async Task<int> RunAsync(string folder)
    {
        await using var vault = await EmbeddedKeyVault.StartAsync(VaultProcess.Options(folder), TimeProvider.System);
        Console.WriteLine(vault.Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
