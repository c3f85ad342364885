using DpsPortal.KeyVault;

namespace DpsPortal.Hosting;

/// <summary>Runs one of the systems beside the portal alone: <c>dotnet run --project src/DpsPortal -- vault</c>, or <c>-- dps</c>.</summary>
internal static class StandAlone
{
    private const string Vault = "vault";
    private const string Dps = "dps";

    public static bool IsAsked(string[] args) => args is [Vault or Dps, ..];

    public static async Task RunAsync(string[] args)
    {
        // The same sources and environment as the portal's own.
        var builder = WebApplication.CreateBuilder(args[1..]);
        var settings = PortalSettings.Read(builder.Configuration, builder.Environment);
        if (args[0] == Vault)
        {
            await using var vault = await EmbeddedKeyVault.StartAsync(SimulatedSystems.VaultOptions(settings), TimeProvider.System);
            Console.WriteLine($"The embedded Key Vault serves {vault.Address}");
            await vault.WaitForShutdownAsync();
            return;
        }

        await using var systems = new SimulatedSystems(settings, new DomainClock(), builder.ForwardLogging(), vaultElsewhere: true);
        await systems.StartedAsync();
        Console.WriteLine($"The simulated DPS serves https://localhost:{systems.Provisioning.Port}");
        await systems.Provisioning.WaitForShutdownAsync();
    }
}
