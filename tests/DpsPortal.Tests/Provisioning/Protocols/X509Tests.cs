using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>Devices that attest with client certificates of the TLS connection.</summary>
[StartsHosts]
public sealed class X509Tests
{
    [Theory]
    [InlineData("certificate")]
    [InlineData("thumbprint")]
    public async Task An_enrolled_certificate_registers_and_another_with_the_same_name_does_not(string enrolledBy)
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var own = TestCertificates.Device("meter-1");
        using var other = TestCertificates.Device("meter-1");
        JsonObject entry = enrolledBy == "certificate"
            ? new() { ["certificate"] = own.ExportCertificatePem() }
            : new() { ["info"] = new JsonObject { ["subjectName"] = own.Subject, ["sha256Thumbprint"] = own.GetCertHashString(HashAlgorithmName.SHA256),
                ["notAfterUtc"] = "2028-01-01T00:00:00Z" } };
        Assert.Equal(
            HttpStatusCode.OK,
            (await served.ServiceAsync(HttpMethod.Put, "/enrollments/meter-1", Enrollment("registrationId", "meter-1", "clientCertificates", entry))).Status);

        using var device = served.Client(own);
        var done = await served.RegisteredAsync("meter-1", "", device);
        Assert.Equal("assigned", (string?)done.Json!["status"]);
        Assert.NotNull(done.Json["registrationState"]!["x509"]);

        using var impostor = served.Client(other);
        Assert.Equal(401002, (await served.RegisterAsync("meter-1", null, client: impostor)).Code);
        Assert.Equal(401002, (await served.RegisterAsync("meter-1", null)).Code);
    }

    [Fact]
    public async Task A_certificate_that_descends_from_the_groups_signing_certificate_registers_also_through_an_intermediate()
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var root = TestCertificates.Authority("Contoso root");
        using var line = TestCertificates.Authority("Contoso line", root);
        await PutGroupAsync(served, root);

        using var direct = TestCertificates.Device("meter-1", root);
        using var behind = TestCertificates.Device("meter-2", line);
        using var first = served.Client(direct);
        using var second = served.Client(behind, line);

        Assert.Equal("line-a", (string?)(await served.RegisteredAsync("meter-1", "", first)).Json!["registrationState"]!["x509"]!["enrollmentGroupId"]);
        Assert.Equal("assigned", (string?)(await served.RegisteredAsync("meter-2", "", second)).Json!["status"]);
    }

    [Fact]
    public async Task The_signing_certificate_of_a_group_may_itself_be_an_intermediate()
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var root = TestCertificates.Authority("Contoso root");
        using var line = TestCertificates.Authority("Contoso line", root);
        await PutGroupAsync(served, line);

        using var below = TestCertificates.Device("meter-1", line);
        using var beside = TestCertificates.Device("meter-2", root);
        using var good = served.Client(below, line);
        using var bad = served.Client(beside, root);

        Assert.Equal("assigned", (string?)(await served.RegisteredAsync("meter-1", "", good)).Json!["status"]);
        Assert.Equal(401002, (await served.RegisterAsync("meter-2", null, client: bad)).Code);
    }

    [Theory]
    [InlineData("another issuer")]
    [InlineData("same name, another key")]
    [InlineData("self-signed")]
    [InlineData("another name")]
    [InlineData("expired")]
    [InlineData("the signing certificate itself")]
    public async Task A_certificate_that_proves_nothing_is_refused(string fault)
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var root = TestCertificates.Authority("Contoso root");
        using var stranger = TestCertificates.Authority(fault == "same name, another key" ? "Contoso root" : "Fabrikam root");
        await PutGroupAsync(served, root);
        using var certificate = fault switch
        {
            "another issuer" or "same name, another key" => TestCertificates.Device("meter-1", stranger),
            "self-signed" => TestCertificates.Device("meter-1"),
            "another name" => TestCertificates.Device("meter-2", root),
            "expired" => TestCertificates.Device("meter-1", root, new DateTimeOffset(2026, 3, 2, 7, 0, 0, TimeSpan.Zero)),
            _ => X509CertificateLoader.LoadPkcs12(root.Export(X509ContentType.Pkcs12), null),
        };

        using var device = served.Client(certificate);

        Assert.Equal(
            (HttpStatusCode.Unauthorized, 401002),
            (await served.RegisterAsync("meter-1", null, client: device)) is var refused ? (refused.Status, refused.Code) : default);
    }

    private static async Task PutGroupAsync(ServedDps served, X509Certificate2 signer)
    {
        var body = Enrollment("enrollmentGroupId", "line-a", "signingCertificates", new JsonObject { ["certificate"] = signer.ExportCertificatePem() });
        Assert.Equal(HttpStatusCode.OK, (await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-a", body)).Status);
    }

    private static JsonObject Enrollment(string idMember, string id, string use, JsonObject entry) => new()
    {
        [idMember] = id,
        ["attestation"] = new JsonObject { ["type"] = "x509", ["x509"] = new JsonObject { [use] = new JsonObject { ["primary"] = entry } } },
    };
}
