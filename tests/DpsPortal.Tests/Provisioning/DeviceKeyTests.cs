using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Provisioning.Protocols;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Provisioning;

/// <summary>The key of one device of a group, derived by DPS; the group's own keys are not in the answer.</summary>
[StartsHosts]
public sealed class DeviceKeyTests
{
    /// <summary>From the articles on group enrollment with symmetric keys; thrown away long ago.</summary>
    private const string GroupKey = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";

    private readonly FakeVault _vault = new();

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6", "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=")]
    [InlineData("mydevice-01", "hQafgWpaZnLQIoucTTJNEOv7bQJ7bQwH+zrlMZsJ4Fc=")]
    [InlineData("MyDevice-01", "hQafgWpaZnLQIoucTTJNEOv7bQJ7bQwH+zrlMZsJ4Fc=")]
    [InlineData("line:4.unit_7", "bmCnpbviSid90wGcQRopFAL5R9IH13O2dx8Pb4e43E0=")]
    public async Task It_is_the_hmac_of_the_id_in_lower_case_and_the_reveal_is_on_record(string device, string expected)
    {
        await using var dps = await PreparedAsync(GroupKey);

        var read = (await dps.Enrollments.RevealDeviceKeyAsync(RunningDps.Tester, "contoso", "Line-A", device, None)).Value();

        var found = Assert.IsType<RecordRead<SymmetricKeyAttestation>.Found>(read);
        Assert.Equal((expected, "line-a"), (found.Content.PrimaryKey, found.Summary.Id));
        Assert.NotEqual(expected, found.Content.SecondaryKey);
        Assert.Equal($"DeriveDeviceKey EnrollmentGroup line-a {device.ToLowerInvariant()} {RunningDps.Tester.DisplayName}", Logged(dps));
    }

    [Fact]
    public async Task It_is_refused_for_an_id_that_no_device_can_have_and_where_the_group_has_no_keys()
    {
        await using var dps = await PreparedAsync(GroupKey);
        using var root = TestCertificates.Authority("root");
        var certificate = new X509CertificateEntry(Convert.ToBase64String(root.RawData));
        var group = new EnrollmentGroup
        {
            EnrollmentGroupId = "by-certificate",
            Attestation = new Attestation("x509", X509: new X509Attestation(SigningCertificates: new X509Certificates(certificate))),
        };
        (await dps.Enrollments.PutGroupAsync(RunningDps.Tester, "contoso", group, null, None)).Value();

        Assert.Equal(ProvisioningRefusals.RecordIdInvalid, (await RevealAsync(dps, "line-a", "no id!")).Refusal().Code);
        Assert.IsType<RecordRead<SymmetricKeyAttestation>.NotFound>((await RevealAsync(dps, "line-b", "device")).Value());
        Assert.Equal(ProvisioningRefusals.GroupWithoutKeys, (await RevealAsync(dps, "by-certificate", "device")).Refusal().Code);

        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        await dps.RecheckAsync("contoso");
        Assert.IsType<RecordRead<SymmetricKeyAttestation>.Rejected>((await RevealAsync(dps, "line-a", "device")).Value());
        Assert.Null(Logged(dps));
    }

    private static Task<Outcome<RecordRead<SymmetricKeyAttestation>>> RevealAsync(RunningDps dps, string group, string device) =>
        dps.Enrollments.RevealDeviceKeyAsync(RunningDps.Tester, "contoso", group, device, None);

    private async Task<RunningDps> PreparedAsync(string groupKey)
    {
        var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        (await dps.Enrollments.PutGroupAsync(RunningDps.Tester, "contoso", RunningDps.Group("line-a", groupKey), null, None)).Value();
        return dps;
    }

    private static string? Logged(RunningDps dps)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT Operation || ' ' || Detail || ' ' || CallerName FROM Log WHERE Operation = 'DeriveDeviceKey'";
        return (string?)command.ExecuteScalar();
    }
}
