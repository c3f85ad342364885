using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Hosting.Sample;

/// <summary>Contoso's devices: meters in the north and south, gateways, and a few devices enrolled one by one.</summary>
internal static class SampleFleet
{
    private const int Seed = 20261123;

    public static IReadOnlyList<SampleGroup> Production { get; } =
    [
        new("eg-contadores-norte", X509: true, "contador-n", 12_400, "iot-contoso-ne.azure-devices.net"),
        new("eg-contadores-sur", X509: true, "contador-s", 8_150, "iot-contoso-we.azure-devices.net"),
        new("eg-pasarelas", X509: false, "pasarela", 320, "iot-contoso-we.azure-devices.net"),
    ];

    public static IReadOnlyList<SampleGroup> Pilot { get; } = [new("eg-piloto", X509: false, "piloto", 640, "iot-contoso-pilot.azure-devices.net")];

    public static IReadOnlyList<SampleGroup> Lab { get; } = [new("eg-laboratorio", X509: false, "lab", 310, "iot-contoso-lab.azure-devices.net")];

    public static IReadOnlyList<IndividualEnrollment> ProductionIndividuals { get; } =
    [
        Individual("subestacion-01", "enabled"),
        Individual("subestacion-02", "enabled"),
        Individual("subestacion-retirada", "disabled"),
    ];

    public static EnrollmentGroup Enrollment(SampleGroup group, DateTimeOffset now) => new()
    {
        EnrollmentGroupId = group.Id,
        Attestation = group.X509
            ? new Attestation("x509", X509: new X509Attestation(SigningCertificates: new X509Certificates(SigningCertificate(group.Id, now))))
            : new Attestation("symmetricKey", new SymmetricKeyAttestation(null, null)),
        IotHubs = [group.Hub],
        AllocationPolicy = "static",
        InitialTwin = new InitialTwin(
            new JsonObject { ["region"] = group.Prefix, ["company"] = "Contoso Energía" },
            new InitialTwinProperties(new JsonObject { ["telemetryIntervalSeconds"] = 300 })),
    };

    /// <summary>The registration records of a group, the same at every run.</summary>
    public static IEnumerable<RegistrationRecord> Registrations(SampleGroup group)
    {
#pragma warning disable CA5394 // Sample data has to be the same each time; nothing here is secret.
        var random = new Random(Seed);
        for (var number = 1; number <= group.Devices; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{group.Prefix}-{number:D5}");
            yield return new RegistrationRecord
            {
                RegistrationId = id,
                EnrollmentGroupId = group.Id,
                DeviceId = id,
                AssignedHub = group.Hub,
                Status = "assigned",
                Substatus = random.Next(10) == 0 ? "deviceDataMigrated" : "initialAssignment",
                Payload = new JsonObject { ["model"] = $"CT-{random.Next(100, 140)}", ["firmware"] = $"3.{random.Next(0, 9)}.{random.Next(0, 20)}" },
            };
        }
#pragma warning restore CA5394
    }

    private static IndividualEnrollment Individual(string id, string status) => new()
    {
        RegistrationId = id,
        DeviceId = id,
        Attestation = new Attestation("symmetricKey", new SymmetricKeyAttestation(null, null)),
        ProvisioningStatus = status,
        IotHubHostName = "iot-contoso-ne.azure-devices.net",
    };

    private static X509CertificateEntry SigningCertificate(string group, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={group} signing, O=Contoso Energia", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(5));
        return new X509CertificateEntry(certificate.ExportCertificatePem());
    }
}

/// <param name="Prefix">Beginning of the registration ids.</param>
/// <param name="Hub">The linked hub its devices are assigned to.</param>
internal sealed record SampleGroup(string Id, bool X509, string Prefix, int Devices, string Hub);
