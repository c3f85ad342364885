using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Operations;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Provisioning;

/// <summary>The data plane: etags, limits, pages, and stored bytes that are not what was written.</summary>
[StartsHosts]
public sealed class EnrollmentTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeVault _vault = new();

    [Fact]
    public async Task An_etag_guards_against_lost_updates_and_none_occurs_twice()
    {
        await using var dps = await PreparedAsync();
        var created = (await PutAsync(dps, RunningDps.Group("line-a"))).Value();
        Assert.Equal(ProvisioningRefusals.RecordExists, (await PutAsync(dps, RunningDps.Group("LINE-A"))).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.RecordNotFound, (await PutAsync(dps, RunningDps.Group("line-b"), created.ETag)).Refusal().Code);

        var replaced = (await PutAsync(dps, RunningDps.Group("line-a") with { ProvisioningStatus = "disabled" }, created.ETag)).Value();
        Assert.Equal(("disabled", created.CreatedAt), (replaced.Status, replaced.CreatedAt));
        Assert.Equal(ProvisioningRefusals.ETagMismatch, (await PutAsync(dps, RunningDps.Group("line-a"), created.ETag)).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.ETagMismatch, (await DeleteAsync(dps, "line-a", created.ETag)).Refusal().Code);

        Assert.True((await DeleteAsync(dps, "line-a", replaced.ETag)).Value());
        Assert.Equal(ProvisioningRefusals.RecordNotFound, (await DeleteAsync(dps, "line-a", null)).Refusal().Code);
        var again = (await PutAsync(dps, RunningDps.Group("line-a"))).Value();
        Assert.Equal(3, new[] { created.ETag, replaced.ETag, again.ETag }.Distinct().Count());
        Assert.Equal(new RecordCounts(1, 0, 0), (await dps.Instances.GetAsync(RunningDps.Tester, "contoso", None))!.Records);
    }

    [Fact]
    public async Task A_replacement_without_keys_keeps_the_stored_ones()
    {
        await using var dps = await PreparedAsync();
        var created = (await PutAsync(dps, RunningDps.Group("line-a"))).Value();
        var before = (await RevealAsync(dps, "line-a")).SymmetricKey!;
        var chosen = Convert.ToBase64String(new byte[16]);

        var read = (await dps.Enrollments.ReadGroupAsync(RunningDps.Tester, "contoso", "line-a", None)).Content();
        var replaced = (await PutAsync(dps, read with { ProvisioningStatus = "disabled" }, created.ETag)).Value();
        Assert.Equal(before, (await RevealAsync(dps, "line-a")).SymmetricKey);

        await PutAsync(dps, RunningDps.Group("line-a", chosen), replaced.ETag);
        Assert.Equal(new SymmetricKeyAttestation(chosen, before.SecondaryKey), (await RevealAsync(dps, "line-a")).SymmetricKey);
    }

    public static TheoryData<string, string, string> Faults { get; } = new()
    {
        { "id", ProvisioningRefusals.RecordIdInvalid, nameof(EnrollmentGroup.EnrollmentGroupId) },
        { "long id", ProvisioningRefusals.RecordIdInvalid, nameof(EnrollmentGroup.EnrollmentGroupId) },
        { "status", ProvisioningRefusals.RecordFieldInvalid, nameof(EnrollmentGroup.ProvisioningStatus) },
        { "policy", ProvisioningRefusals.RecordFieldInvalid, nameof(EnrollmentGroup.AllocationPolicy) },
        { "webhook", ProvisioningRefusals.CustomAllocationIncomplete, nameof(EnrollmentGroup.CustomAllocationDefinition) },
        { "tpm", ProvisioningRefusals.AttestationInvalid, "Attestation" },
        { "no certificate", ProvisioningRefusals.AttestationInvalid, "Attestation" },
        { "client certificate", ProvisioningRefusals.AttestationInvalid, "Attestation" },
        { "two kinds", ProvisioningRefusals.AttestationInvalid, "Attestation" },
        { "short key", ProvisioningRefusals.AttestationInvalid, "Attestation" },
        { "not base64", ProvisioningRefusals.AttestationInvalid, "Attestation" },
        { "too large", ProvisioningRefusals.RecordTooLarge, "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_is_named_with_its_field_and_nothing_is_stored(string fault, string code, string field)
    {
        await using var dps = await PreparedAsync();
        var refusal = (await PutAsync(dps, With(fault))).Refusal();
        Assert.Equal((code, field), (refusal.Code, refusal.Field ?? ""));
        Assert.Empty((await dps.Enrollments.ListAsync(RunningDps.Tester, "contoso", RecordKind.EnrollmentGroup, null, null, 10, None)).Records);
    }

    [Fact]
    public async Task The_hundred_and_first_group_is_refused()
    {
        await using var dps = await PreparedAsync();
        for (var number = 0; number < 100; number++)
        {
            (await PutAsync(dps, RunningDps.Group($"line-{number}"))).Value();
        }

        Assert.Equal(ProvisioningRefusals.GroupLimitReached, (await PutAsync(dps, RunningDps.Group("one-more"))).Refusal().Code);
        Assert.Equal(100, (await dps.Instances.GetAsync(RunningDps.Tester, "contoso", None))!.Records.EnrollmentGroups);
    }

    [Fact]
    public async Task Records_fill_one_dek_after_the_other_and_an_import_again_replaces()
    {
        await using var dps = await PreparedAsync(recordsPerDek: 8);
        await dps.ImportAsync("contoso", 20);
        var before = await dps.VerifyAsync("contoso");
        Assert.Equal(["8 1", "8 2", "4 3"], Query(dps, "SELECT count(*) || ' ' || Dek FROM Records GROUP BY Dek ORDER BY Dek"));

        await dps.ImportAsync("contoso", 20);
        Assert.Equal(before.ContentHash, (await dps.VerifyAsync("contoso")).ContentHash);
        Assert.Equal(20, (await dps.Instances.GetAsync(RunningDps.Tester, "contoso", None))!.Records.Registrations);
        Assert.All(
            Query(dps, "SELECT CAST(Assigned AS TEXT) FROM Deks"),
            assigned => Assert.True(int.Parse(assigned, System.Globalization.CultureInfo.InvariantCulture) <= 8));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_and_are_readable_while_revoked()
    {
        await using var dps = await PreparedAsync();
        await dps.ImportAsync("contoso", 25);
        (await dps.Enrollments.PutRegistrationAsync(RunningDps.Tester, "contoso", new RegistrationRecord { RegistrationId = "alone", Status = "failed" }, None))
            .Value();
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        Assert.Equal(KeyAccess.Revoked, (await dps.RecheckAsync("contoso")).Access);

        var ids = new List<string>();
        string? continuation = null;
        do
        {
            var page = await dps.Enrollments.ListAsync(RunningDps.Tester, "contoso", RecordKind.RegistrationRecord, "Line-A", continuation, 10, None);
            ids.AddRange(page.Records.Select(record => record.Id));
            continuation = page.Continuation;
        }
        while (continuation is not null);

        Assert.Equal(RunningDps.Registrations(25).Select(registration => registration.RegistrationId), ids);
        Assert.Equal(
            ["alone"],
            (await dps.Enrollments.ListAsync(
                RunningDps.Tester, "contoso", RecordKind.RegistrationRecord, null, null, 1, None)).Records.Select(record => record.Id));
    }

    public static TheoryData<string> Tamperings { get; } =
    [
        "UPDATE Records SET Envelope = (SELECT Envelope FROM Records WHERE Id = 'device-000002') WHERE Id = 'device-000001'",
        "UPDATE Records SET Envelope = substr(Envelope, 1, length(Envelope) - 1) WHERE Id = 'device-000001'",
        "UPDATE Records SET Envelope = x'' WHERE Id = 'device-000001'",
        "UPDATE Records SET Envelope = zeroblob(length(Envelope)) WHERE Id = 'device-000001'",
        "UPDATE Records SET Revision = Revision + 1 WHERE Id = 'device-000001'",
        "UPDATE Records SET Dek = 2 WHERE Id = 'device-000001'",
        "UPDATE Records SET Dek = 77 WHERE Id = 'device-000001'",
        "UPDATE Records SET Dek = 0 WHERE Id = 'device-000001'",
        "UPDATE Records SET Id = 'device-x' WHERE Id = 'device-000002'; UPDATE Records SET Id = 'device-000002' WHERE Id = 'device-000001'; UPDATE " +
        "Records SET Id = 'device-000001' WHERE Id = 'device-x'",
        "UPDATE Deks SET Wrapped = (SELECT Wrapped FROM Deks WHERE Number = 2) WHERE Number = 1",
        "DELETE FROM Deks WHERE Number = 1",
    ];

    [Theory]
    [MemberData(nameof(Tamperings))]
    public async Task Altered_or_swapped_bytes_are_reported_as_corrupt_and_never_returned(string tampering)
    {
        await using var dps = await PreparedAsync(recordsPerDek: 4);
        await dps.ImportAsync("contoso", 8);
        await dps.StopAsync();
        Query(dps, tampering);
        await dps.StartAsync();

        Assert.Equal(
            new RecordRead<RegistrationRecord>.Corrupt(RecordKind.RegistrationRecord, "device-000001"), await dps.ReadAsync("contoso", "device-000001"));
        var verified = await dps.VerifyAsync("contoso");
        Assert.True(verified is { Corrupt: > 0, Rejected: 0, ContentHash: null, Total: 8 }, verified.ToString());
        Assert.Equal(KeyAccess.Accessible, (await dps.KeyOfAsync("contoso")).Access.Access);
    }

    [Fact]
    public async Task Rejections_are_logged_in_order_survive_a_restart_and_the_oldest_go()
    {
        await using var dps = await PreparedAsync();
        await dps.ImportAsync("contoso", 1);
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        await dps.RecheckAsync("contoso");
        var last = new TaskCompletionSource<RejectedOperation>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = dps.Host.Events.Subscribe(published =>
        {
            if (published is ProvisioningEvent.OperationRejected { Rejection: { RecordId: "last" } read })
            {
                last.TrySetResult(read);
            }
        });

        await dps.ReadAsync("contoso", "device-000000");
        await PutAsync(dps, RunningDps.Group("line-z"));
        await dps.ReadAsync("contoso", "last");
        var newest = await last.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await dps.RestartAsync();

        var listed = await dps.Host.Events.ListRejectedAsync("contoso", null, 10, None);
        Assert.Equal(newest, listed[0]);
        Assert.Equal(["Get last", "Upsert line-z", "Get device-000000"], listed.Select(read => $"{read.Operation} {read.RecordId}"));
        Assert.Equal(
            ["Upsert line-z", "Get device-000000"],
            (await dps.Host.Events.ListRejectedAsync(null, listed[0].Sequence, 10, None)).Select(read => $"{read.Operation} {read.RecordId}"));
        Assert.All(listed, read => Assert.Equal((RunningDps.Tester, "ForbiddenByRbac"), (read.Caller, read.VaultErrorCode)));
    }

    [Fact]
    public async Task A_flood_of_rejections_is_bounded_and_what_was_dropped_is_counted()
    {
        await using var dps = await PreparedAsync();
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        await dps.RecheckAsync("contoso");
        var log = dps.Host.Services.GetRequiredService<OperationLog>();

        // One more than fit while the writer is kept from writing.
        var database = dps.Host.Services.GetRequiredService<DpsPortal.Provisioning.Storage.DpsDatabase>();
        using (await database.BeginWritingAsync(None))
        {
            for (var number = 0; number < 20_000; number++)
            {
                Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "nobody"));
            }
        }

        Assert.True(log.Dropped > 10_000, $"{log.Dropped} dropped");
        Assert.Equal(20_001, Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "nobody")).Read.Sequence);
    }

    private async Task<RunningDps> PreparedAsync(int recordsPerDek = 4096)
    {
        var dps = await RunningDps.StartedAsync(_vault.Access, recordsPerDek);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        return dps;
    }

    private static Task<Outcome<RecordSummary>> PutAsync(RunningDps dps, EnrollmentGroup group, string? ifMatch = null) =>
        dps.Enrollments.PutGroupAsync(RunningDps.Tester, "contoso", group, ifMatch, None);

    private static Task<Outcome<bool>> DeleteAsync(RunningDps dps, string id, string? ifMatch) =>
        dps.Enrollments.DeleteAsync(RunningDps.Tester, "contoso", RecordKind.EnrollmentGroup, id, ifMatch, None);

    private static async Task<Attestation> RevealAsync(RunningDps dps, string id) =>
        (await dps.Enrollments.RevealAttestationAsync(RunningDps.Tester, "contoso", RecordKind.EnrollmentGroup, id, None)).Content();

    private static EnrollmentGroup With(string fault)
    {
        var group = RunningDps.Group("line-a");
        var key = Convert.ToBase64String(new byte[64]);
        var certificates = new X509Certificates(new X509CertificateEntry("MIIB"));
        return fault switch
        {
            "id" => group with { EnrollmentGroupId = "line a" },
            "long id" => group with { EnrollmentGroupId = new string('a', 129) },
            "status" => group with { ProvisioningStatus = "off" },
            "policy" => group with { AllocationPolicy = "nearest" },
            "webhook" => group with { AllocationPolicy = "custom" },
            "tpm" => group with { Attestation = new Attestation("tpm", Tpm: new TpmAttestation(key)) },
            "no certificate" => group with { Attestation = new Attestation("x509", X509: new X509Attestation()) },
            "client certificate" => group with { Attestation = new Attestation("x509", X509: new X509Attestation(ClientCertificates: certificates)) },
            "two kinds" =>
                group with { Attestation = new Attestation(
                    "symmetricKey", new SymmetricKeyAttestation(key, key), new X509Attestation(SigningCertificates: certificates)) },
            "short key" => RunningDps.Group("line-a", Convert.ToBase64String(new byte[15])),
            "not base64" => RunningDps.Group("line-a", "§§§§§§§§§§§§§§§§§§§§§§§§"),
            _ => group with { InitialTwin = new InitialTwin(null, new InitialTwinProperties(new JsonObject { ["blob"] = new string('x', 96 * 1024) })) },
        };
    }

    private static List<string> Query(RunningDps dps, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
