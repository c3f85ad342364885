using DpsPortal.KeyVault;

namespace DpsPortal.Hosting;

/// <summary>Runs one of the systems beside the portal alone: <c>dotnet run --project src/DpsPortal -- vault</c>.</summary>
internal static class StandAlone
{
    private const string Vault = "vault";

    public static bool IsAsked(string[] args) => args is [Vault, ..];

    public static async Task RunAsync(string[] args)
    {
        // The same sources and environment as the portal's own.
        var builder = WebApplication.CreateBuilder(args[1..]);
        var settings = PortalSettings.Read(builder.Configuration, builder.Environment);
        await using var vault = await EmbeddedKeyVault.StartAsync(SimulatedSystems.VaultOptions(settings), TimeProvider.System);
        Console.WriteLine($"The embedded Key Vault serves {vault.Address}");
        await vault.WaitForShutdownAsync();
    }
}
