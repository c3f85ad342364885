using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.Features.Instances.Connect;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;
using DpsPortal.Tests.Provisioning.Protocols;

namespace DpsPortal.Tests.Services;

/// <summary>What an operator copies from the portal is what a program outside needs: checked at the service API itself, over TLS.</summary>
[StartsHosts]
public sealed class ConnectionStringTests
{
    private const string Instance = "dps-connect";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_revealed_connection_string_opens_the_service_API_also_reveals_while_revoked_and_is_refused_once_the_policy_is_removed()
    {
        await using var portal = await StartedAsync();
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync(Instance, key);
        (await portal.Settings.CreatePolicyAsync(Staff.Operator, Instance, new SharedAccessPolicy("reader", AccessRights.EnrollmentRead), None)).Value();
        using var client = Client(portal);

        var revealed = (await portal.Settings.RevealPolicyAsync(Staff.Operator, Instance, "reader", None)).Value();
        Assert.Equal(200, (await QueryAsync(client, revealed.PrimaryConnectionString)).Status);
        Assert.Equal(200, (await QueryAsync(client, revealed.SecondaryConnectionString)).Status);

        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        var whileRevoked = (await portal.Settings.RevealPolicyAsync(Staff.Operator, Instance, "reader", None)).Value();
        Assert.Equal(revealed.PrimaryConnectionString, whileRevoked.PrimaryConnectionString);
        Assert.Equal((403, 403011), await QueryAsync(client, whileRevoked.PrimaryConnectionString));
        (await portal.Settings.LinkHubAsync(Staff.Operator, Instance, new LinkedHub("hub-a.azure-devices.net", "westeurope"), None)).Value();

        (await portal.Settings.RemovePolicyAsync(Staff.Operator, Instance, "reader", None)).Value();
        Assert.Equal((401, 401002), await QueryAsync(client, revealed.PrimaryConnectionString));
    }

    [Fact]
    public async Task The_programs_that_the_portal_shows_run_as_they_are_shown()
    {
        if (await NodeClients.MissingAsync() is { } missing)
        {
            Assert.Skip(missing);
        }

        await using var portal = await StartedAsync();
        await portal.NewInstanceAsync(Instance);
        (await portal.Settings.LinkHubAsync(Staff.Operator, Instance, new LinkedHub("hub-a.azure-devices.net", "westeurope"), None)).Value();
        var revealed = (await portal.Settings.RevealPolicyAsync(Staff.Operator, Instance, SharedAccessPolicy.Owner, None)).Value();
        var idScope = (await portal.Instances.GetAsync(Staff.Operator, Instance, None))!.Instance.IdScope;
        using var authority = new TemporaryFolder();
        var file = Path.Combine(authority.Path, "ca.crt");
        await File.WriteAllTextAsync(file, portal.KeyVault.Vault.CertificateAuthority.ExportCertificatePem());
        var port = portal.Dps.Port!.Value;
        (string, string) trust = ("NODE_EXTRA_CA_CERTS", file);

        Assert.Equal(
            "my-device enabled",
            await NodeClients.RunProgramAsync(ConnectSnippets.Service(port), trust, ("DPS_CONNECTION_STRING", revealed.PrimaryConnectionString)));

        var keys = (await portal.Enrollments.RevealAsync(Staff.Operator, Instance, RecordKind.IndividualEnrollment, "my-device", None))
            .Value()
            .Content().SymmetricKey!;
        Assert.Equal(
            "assigned hub-a.azure-devices.net",
            await NodeClients.RunProgramAsync(ConnectSnippets.Device(port, DpsHostNames.GlobalDevice, idScope), trust, ("DPS_DEVICE_KEY", keys.PrimaryKey!)));
    }

    [Fact]
    public async Task The_program_for_Python_runs_as_it_is_shown()
    {
        await using var portal = await StartedAsync();
        await portal.NewInstanceAsync(Instance);
        (await portal.Settings.LinkHubAsync(Staff.Operator, Instance, new LinkedHub("hub-a.azure-devices.net", "westeurope"), None)).Value();
        var key = Convert.ToBase64String(new byte[32]);
        var enrollment = new IndividualEnrollment { RegistrationId = "my-device", Attestation = new Attestation(
            "symmetricKey", new SymmetricKeyAttestation(key, key)) };
        (await portal.Dps.Enrollments.PutIndividualAsync(RunningDps.Tester, Instance, enrollment, null, None)).Value();
        var idScope = (await portal.Instances.GetAsync(Staff.Operator, Instance, None))!.Instance.IdScope;
        using var authority = new TemporaryFolder();
        var file = Path.Combine(authority.Path, "ca.crt");
        await File.WriteAllTextAsync(file, portal.KeyVault.Vault.CertificateAuthority.ExportCertificatePem());

        var run = await OutsideProgram.RunAsync(
            "python3", ["-c", OtherClientSnippets.Python(portal.Dps.Port!.Value, idScope)], TimeSpan.FromMinutes(1), null,
            new Dictionary<string, string> { ["SSL_CERT_FILE"] = file, ["DPS_DEVICE_KEY"] = key }, TestContext.Current.CancellationToken);

        if (run is null)
        {
            Assert.Skip("There is no python3 here.");
        }

        Assert.Equal((0, "assigned hub-a.azure-devices.net"), (run.ExitCode, run.Output.Trim()));
    }

    private static async Task<RunningPortalServices> StartedAsync()
    {
        var portal = new RunningPortalServices { ServesProtocols = true };
        await portal.InitializeAsync();
        return portal;
    }

    /// <summary>As a program would: it takes the connection string apart, signs a token and asks for the enrollments.</summary>
    private static async Task<(int Status, int Code)> QueryAsync(HttpClient client, string connectionString)
    {
        var parts = connectionString.Split(';').Select(part => part.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var token = ServedDps.Token(parts["HostName"], parts["SharedAccessKeyName"], parts["SharedAccessKey"]);
        var answered = await ServedDps.SendAsync(client, HttpMethod.Post, $"https://{parts["HostName"]}/enrollmentGroups/query", new { query = "*" }, token);
        return ((int)answered.Status, answered.Status == HttpStatusCode.OK ? 0 : answered.Code);
    }

    /// <summary>Trusts the local authority alone, and checks the name.</summary>
    private static HttpClient Client(RunningPortalServices portal)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(portal.KeyVault.Vault.CertificateAuthority);
        return new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { CertificateChainPolicy = trust },
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, portal.Dps.Port!.Value, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }
}
