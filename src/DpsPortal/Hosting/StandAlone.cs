using DpsPortal.KeyVault;

namespace DpsPortal.Hosting;

/// <summary>Runs one of the systems beside the portal alone: <c>dotnet run --project src/DpsPortal -- vault</c>.</summary>
internal static class StandAlone
{
    private const string Vault = "vault";

    public static bool IsAsked(string[] args) => args is [Vault, ..];

    public static async Task RunAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args[1..]);
        var settings = PortalSettings.Read(builder.Configuration, builder.Environment);
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => stop.Cancel();

        await using var vault = await EmbeddedKeyVault.StartAsync(SimulatedSystems.VaultOptions(settings), TimeProvider.System, cancellationToken: stop.Token);
        Console.WriteLine($"The embedded Key Vault serves {vault.Address}");
        try
        {
            await vault.WaitForShutdownAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}
