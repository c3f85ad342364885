using DpsPortal.KeyVault;
using DpsPortal.Services;

namespace DpsPortal.Hosting;

/// <summary>
/// Runs one of the systems beside the portal alone (<c>dotnet run --project src/DpsPortal -- vault</c>, or <c>-- dps</c>), and what
/// is done to the vault from the command line: <c>vault trust</c>, <c>vault rotate-master-key</c>.
/// </summary>
internal static class StandAlone
{
    private const string Vault = "vault";
    private const string Dps = "dps";
    private const string Command = "dotnet run --project src/DpsPortal -- vault";

    public static bool IsAsked(string[] args) => args is [Vault or Dps, ..];

    public static Task RunAsync(string[] args) => args switch
    {
        [Dps, .. var rest] => ServeDpsAsync(rest),
        [_, "trust", .. var rest] => TrustAsync(Options(WebApplication.CreateBuilder(rest))),
        [_, "rotate-master-key", .. var rest] => RotateMasterKeyAsync(Options(WebApplication.CreateBuilder(rest))),
        [_, var unknown, ..] when !unknown.StartsWith('-') => throw new PortalStartRefusedException(
                $"'{unknown}' is not a command of the vault. There are: {Command}, {Command} trust, {Command} rotate-master-key."),
        _ => ServeAsync(WebApplication.CreateBuilder(args[1..])),
    };

    /// <summary>The same sources and environment as the portal's own.</summary>
    private static EmbeddedKeyVaultOptions Options(WebApplicationBuilder builder) =>
        PortalSettings.Read(builder.Configuration, builder.Environment, vaultAlone: true).Systems.Vault;

    private static async Task ServeAsync(WebApplicationBuilder builder)
    {
        var options = Options(builder);
        await using var vault = await EmbeddedKeyVault.StartAsync(options, TimeProvider.System, logging =>
        {
            logging.AddFilter("Microsoft", LogLevel.Warning);
            builder.ForwardLogging()(logging);
        });
        Console.WriteLine(
            $"""
            The embedded Key Vault serves {vault.Address} (Ctrl+C stops it)
              keys     https://{options.DefaultVault}.vault.localhost:{vault.Port}/keys, or {vault.Address}keys
              sign in  authority https://localhost:{vault.Port}/{options.TenantId}, client id {options.AdministratorClientId}, client secret in {SimulatedSystems.AdministratorSecret(options)}
              trust    {EmbeddedKeyVault.EnsureCertificateAuthority(options)} (how: {Command} trust)
            """);
        await vault.WaitForShutdownAsync();
    }

    private static async Task ServeDpsAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var settings = PortalSettings.Read(builder.Configuration, builder.Environment);
        await using var systems = new SimulatedSystems(settings, new DomainClock(), builder.ForwardLogging(), vaultElsewhere: true);
        await systems.StartedAsync();
        Console.WriteLine($"The simulated DPS serves https://localhost:{systems.Provisioning.Port}");
        await systems.Provisioning.WaitForShutdownAsync();
    }

    private static Task TrustAsync(EmbeddedKeyVaultOptions options)
    {
        var file = EmbeddedKeyVault.EnsureCertificateAuthority(options);
        Console.WriteLine(TrustCommands.For(file, options.PublicPort));
        return Task.CompletedTask;
    }

    private static async Task RotateMasterKeyAsync(EmbeddedKeyVaultOptions options)
    {
        var count = await EmbeddedKeyVault.RotateMasterKeyAsync(options);
        Console.WriteLine(
            $"The vault has a new master key; {count} key versions are sealed under it. Back it up; older backups of the database need the old one.");
    }
}
