using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Verification;
using DpsPortal.Tests.Provisioning;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Services;

/// <summary>Readings of every record are kept and compared record by record: changed means changed without a write that DPS knows of.</summary>
[StartsHosts]
public sealed class VerificationTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private const int Records = 1_200;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Three_readings_by_three_people_find_nothing_lost_and_nothing_changed_while_devices_register()
    {
        await PreparedAsync("busy");
        using var stop = new CancellationTokenSource();
        var traffic = WriteUntilAsync("busy", stop.Token);

        var first = await portal.VerifiedAsync("busy", Staff.Custodian);
        await WrittenAsync("busy", "device-000007", "north-again", "new-one");
        var second = await portal.VerifiedAsync("busy", Staff.Operator);
        await WrittenAsync("busy", "device-000007", "device-000008", "new-two");
        await DeleteAsync("busy", "device-000009");
        var third = await portal.VerifiedAsync("busy", Staff.Approver);
        await stop.CancelAsync();
        await traffic;

        Assert.Null(first.Comparison);
        foreach (var (run, before) in new[] { (second, first), (third, second) })
        {
            var comparison = run.Comparison!;
            Assert.Equal((0, 0, 0, 0), (comparison.Lost, comparison.Changed, comparison.Unreadable, comparison.NotCompared));
            Assert.Empty(comparison.Findings);
            Assert.True(comparison.IsSound);
            Assert.Equal((before.Sequence, before.By), (comparison.With.Sequence, comparison.With.By));
            Assert.InRange(comparison.Rewritten, 1, Records / 2);
            Assert.True(comparison.New >= 1);
            Assert.Equal(run.Read.ReadOk, comparison.Unchanged + comparison.Rewritten + comparison.New);
            Assert.Equal(before.Read.ReadOk, comparison.Unchanged + comparison.Rewritten + comparison.Deleted);
        }

        Assert.True(third.Comparison!.Deleted >= 1);
    }

    [Fact]
    public async Task What_was_done_to_the_store_itself_is_found_record_by_record()
    {
        await PreparedAsync("attacked");
        var older = Row("attacked", "device-000001");
        await WrittenAsync("attacked", "device-000001");
        var gone = Row("attacked", "device-000006");
        await DeleteAsync("attacked", "device-000006");
        await portal.VerifiedAsync("attacked", Staff.Custodian);

        PutBack(older);
        PutBack(gone);
        Change("attacked", "UPDATE Records SET Envelope = randomblob(length(Envelope))", "device-000002");
        Change("attacked", "UPDATE Records SET Status = 'failed'", "device-000003");
        Change("attacked", "DELETE FROM Records", "device-000004");
        await DeleteAsync("attacked", "device-000005");
        var found = (await portal.VerifiedAsync("attacked", Staff.Auditor)).Comparison!;

        Assert.False(found.IsSound);
        Assert.Equal((3, 1, 1, 1, 0, 0), (found.Changed, found.Unreadable, found.Lost, found.Deleted, found.New, found.Rewritten));
        Assert.Equal(
            [
                (RecordFindingKind.Changed, "device-000001"), (RecordFindingKind.Unreadable, "device-000002"), (RecordFindingKind.Changed, "device-000003"),
                (RecordFindingKind.Lost, "device-000004"), (RecordFindingKind.Changed, "device-000006"),
            ],
            found.Findings.Select(finding => (finding.What, finding.Id)).OrderBy(finding => finding.Id, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_deletion_of_an_earlier_record_of_the_id_does_not_explain_that_the_later_one_is_gone()
    {
        await PreparedAsync("twice");
        await DeleteAsync("twice", "device-000001");
        await WrittenAsync("twice", "device-000001");
        await portal.VerifiedAsync("twice", Staff.Custodian);

        Change("twice", "DELETE FROM Records", "device-000001");

        var found = (await portal.VerifiedAsync("twice", Staff.Custodian)).Comparison!;
        Assert.Equal((1, 0), (found.Lost, found.Deleted));
    }

    [Fact]
    public async Task Keys_change_and_the_services_restart_and_every_record_is_the_same()
    {
        var key = await portal.NewKeyAsync();
        await PreparedAsync("keys", key);
        var before = await portal.VerifiedAsync("keys", Staff.Custodian);

        await portal.SucceedsAsync(await portal.RotateAsync(key));
        await portal.SucceedsAsync(await portal.Reencryption.StartAsync(Staff.Custodian, "keys", "Long enough.", None));
        await portal.SucceedsAsync(await portal.RekeyAsync("keys", await portal.NewKeyAsync()));
        await portal.RestartAsync();

        var after = await portal.VerifiedAsync("keys", Staff.Auditor);
        Assert.Equal((Records, 0, 0, 0), (after.Comparison!.Unchanged, after.Comparison.Rewritten, after.Comparison.Lost, after.Comparison.Changed));
        Assert.Equal(
            [after.Sequence, before.Sequence], (await portal.Enrollments.ListVerificationsAsync(Staff.Approver, "KEYS", 10, None)).Select(run => run.Sequence));
        Assert.Equal(
            after with { Comparison = null }, (await portal.Enrollments.ListVerificationsAsync(Staff.Approver, "keys", 1, None))[0] with { Comparison = null });
        var entry = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter("keys"), null, 50, None))
            .First(one => one.Code == ActivityCodes.RecordsVerified);
        Assert.Equal(["1200", "0", "0", before.Read.ContentHash!, "1200", "0", "0", "0", "0", "0"], entry.Arguments);
    }

    [Fact]
    public async Task A_reading_that_was_rejected_is_kept_and_nothing_is_compared_with_it()
    {
        var key = await portal.NewKeyAsync();
        await PreparedAsync("shut", key);
        var before = await portal.VerifiedAsync("shut", Staff.Custodian);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));

        var during = await portal.VerifiedAsync("shut", Staff.Operator);
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Long enough.", None));
        var after = await portal.VerifiedAsync("shut", Staff.Approver);

        Assert.Equal((0, Records, null), (during.Read.ReadOk, during.Read.Rejected, during.Comparison));
        Assert.Equal((before.Sequence, Records), (after.Comparison!.With.Sequence, after.Comparison.Unchanged));
        Assert.Equal(3, (await portal.Enrollments.ListVerificationsAsync(Staff.Auditor, "shut", 10, None)).Count);
    }

    [Fact]
    public async Task Of_a_content_nothing_is_kept_but_a_fingerprint_that_no_other_instance_shares()
    {
        await PreparedAsync("quiet");
        await PreparedAsync("other");
        var (quiet, other) = (new List<RecordReading>(), new List<RecordReading>());
        await portal.Dps.Enrollments.VerifyAsync(RunningDps.Tester, "quiet", Into(quiet), null, None);
        await portal.Dps.Enrollments.VerifyAsync(RunningDps.Tester, "other", Into(other), null, None);
        await portal.VerifiedAsync("quiet", Staff.Custodian);

        Assert.Equal(Records, quiet.Select(reading => reading.Fingerprint).Distinct().Count());
        Assert.Empty(quiet.Select(reading => reading.Fingerprint).Intersect(other.Select(reading => reading.Fingerprint)));
        foreach (var file in Directory.GetFiles(portal.Options.DataDirectory, "portal.db*"))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[open.Length];
            open.ReadExactly(bytes);
            Assert.True(bytes.AsSpan().IndexOf("contoso-hub"u8) < 0, $"{Path.GetFileName(file)} has what a record says.");
        }
    }

    private static Func<IReadOnlyList<RecordReading>, CancellationToken, ValueTask> Into(List<RecordReading> readings) => (page, _) =>
    {
        readings.AddRange(page);
        return ValueTask.CompletedTask;
    };

    private async Task PreparedAsync(string instance, KeyIdentifier? key = null)
    {
        await portal.NewInstanceAsync(instance, key ?? await portal.SharedKeyAsync());
        Assert.Equal(
            Records, (await portal.Dps.Enrollments.ImportRegistrationsAsync(RunningDps.Tester, instance, RunningDps.Registrations(Records), None)).Value());
    }

    private async Task WrittenAsync(string instance, params string[] ids)
    {
        foreach (var id in ids)
        {
            (await portal.Dps.Enrollments.PutRegistrationAsync(RunningDps.Tester, instance, Registration(id, "another-hub.azure-devices.net"), None)).Value();
        }
    }

    private async Task DeleteAsync(string instance, string id) =>
        Assert.True((await portal.Enrollments.DeleteAsync(Staff.Operator, instance, RecordKind.RegistrationRecord, id, null, None)).Value());

    private async Task WriteUntilAsync(string instance, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            await WrittenAsync(instance, $"device-{20 + (number % 200):D6}", $"fresh-{number:D6}");
            await portal.Dps.Enrollments.DeleteAsync(
                RunningDps.Tester, instance, RecordKind.RegistrationRecord, $"device-{Records - 1 - (number % 100):D6}", null, None);
            await Task.Yield();
        }
    }

    private static RegistrationRecord Registration(string id, string hub) =>
        new() { RegistrationId = id, EnrollmentGroupId = "line-a", AssignedHub = hub, DeviceId = id, Status = "assigned" };

    private object[] Row(string instance, string id)
    {
        using var connection = Open();
        using var command = Command(connection, "SELECT * FROM Records", instance, id);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)];
    }

    private void PutBack(object[] row)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT OR REPLACE INTO Records VALUES ({string.Join(", ", row.Select((_, number) => $"${number}"))})";
        for (var number = 0; number < row.Length; number++)
        {
            command.Parameters.AddWithValue($"${number}", row[number]);
        }

        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private void Change(string instance, string statement, string id)
    {
        using var connection = Open();
        using var command = Command(connection, statement, instance, id);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(portal.DpsDirectory, "dps.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string statement, string instance, string id)
    {
        var command = connection.CreateCommand();
        command.CommandText = $"{statement} WHERE Id = $id AND InstanceId = (SELECT Id FROM Instances WHERE Name = $instance)";
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$instance", instance);
        return command;
    }
}
