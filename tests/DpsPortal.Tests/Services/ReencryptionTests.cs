using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>Records under new data-encryption keys, as administrators start and follow it; and what DPS does by itself is in the log.</summary>
[StartsHosts]
public sealed class ReencryptionTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<KeyAccess, int?, ReencryptionState> Unfinished => new()
    {
        { KeyAccess.Accessible, 10, ReencryptionState.Running },
        { KeyAccess.Degraded, 10, ReencryptionState.Running },
        { KeyAccess.Unavailable, 10, ReencryptionState.Running },
        { KeyAccess.Unavailable, 0, ReencryptionState.Waiting },
        { KeyAccess.Unavailable, null, ReencryptionState.Waiting },
        { KeyAccess.Misconfigured, 10, ReencryptionState.Running },
        { KeyAccess.Misconfigured, null, ReencryptionState.Waiting },
        { KeyAccess.NotVerified, null, ReencryptionState.Running },
        { KeyAccess.Revoked, 10, ReencryptionState.Waiting },
    };

    [Theory]
    [MemberData(nameof(Unfinished))]
    public void An_unfinished_one_waits_exactly_while_the_key_cannot_be_used(KeyAccess access, int? lease, ReencryptionState expected)
    {
        var status = new KeyAccessStatus(access, KeyAccessCause.None, null, Now, Now, lease is { } minutes ? Now.AddMinutes(minutes) : null, null, 1);
        var unfinished = new Reencryption(Guid.Empty, 10, 4, 0, Now, null);

        Assert.Equal(expected, ReencryptionService.StateOf(unfinished, status, Now));
        Assert.Equal(ReencryptionState.Finished, ReencryptionService.StateOf(unfinished with { FinishedAt = Now }, status, Now));
        Assert.Equal(ReencryptionState.Never, ReencryptionService.StateOf(null, status, Now));
    }

    [Fact]
    public async Task It_writes_every_record_anew_and_start_and_end_are_in_the_activity_log()
    {
        await PreparedAsync("anew", 600);
        var before = await portal.VerifyAsync("anew");
        var never = await ReadAsync("anew");
        Assert.Equal((ReencryptionState.Never, 600L), (never.State, never.Records));

        var operation = await portal.SucceedsAsync(await portal.Reencryption.StartAsync(Staff.Custodian, "anew", "  Keys may have leaked ", None));

        Assert.Equal(
            (OperationKind.Reencrypt, "anew", "Keys may have leaked", Staff.Custodian), (operation.Kind, operation.Subject, operation.Reason, operation.By));
        var reading = await ReadAsync("anew");
        Assert.Equal((ReencryptionState.Finished, 600L, 0L, 0L), (reading.State, reading.Latest!.Total, reading.Latest.Remaining, reading.Latest.Corrupt));
        Assert.Equal(before.ContentHash, (await portal.VerifyAsync("anew")).ContentHash);
        Assert.Equal(operation.Id, reading.Operation);
        Assert.Equal(
            [(
                ActivityCodes.Reencryption, ActivityResult.Succeeded, Staff.Custodian,
                operation.Id), (ActivityCodes.Reencryption, ActivityResult.Intent, Staff.Custodian, operation.Id)],
            (await EntriesAsync("anew"))
                .Where(entry => entry.Code.StartsWith("Reencryption", StringComparison.Ordinal))
                .Select(entry => (entry.Code, entry.Result, entry.By!, entry.Operation!.Value)));

        await portal.SucceedsAsync(await portal.Reencryption.StartAsync(Staff.Custodian, "anew", "Keys may have leaked", None));
    }

    [Fact]
    public async Task One_that_is_held_up_is_running_refuses_another_and_waits_while_the_key_is_revoked()
    {
        var key = await PreparedAsync("held-up", 600);
        var held = portal.Checkpoints.Hold(ReencryptionCheckpoints.AfterPart);
        var begun = await portal.Reencryption.StartAsync(Staff.Custodian, "held-up", "Keys may have leaked", None);
        await held.Arrived;
        portal.Checkpoints.On = null;

        Assert.Equal(ReencryptionState.Running, (await ReadAsync("held-up")).State);
        var refusal = (await portal.Reencryption.StartAsync(Staff.Custodian, "held-up", "Keys may have leaked", None)).Refusal();
        Assert.Equal((ServiceRefusals.ReencryptionInProgress, "held-up"), (refusal.Code, refusal.Arguments[0]));

        var revoking = portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key));
        held.Release();
        var revocation = await portal.SucceedsAsync(await revoking);
        if ((await ReadAsync("held-up")).State is var state && state != ReencryptionState.Finished)
        {
            Assert.Equal(ReencryptionState.Waiting, state);
        }

        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None));
        await portal.SucceedsAsync(begun);
        Assert.Equal(600, (await portal.VerifyAsync("held-up")).ReadOk);
    }

    [Fact]
    public async Task While_the_key_denies_access_none_begins()
    {
        var key = await PreparedAsync("shut", 1);
        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));

        Assert.Equal(
            ProvisioningRefusals.KeyAccessRevoked,
            (await portal.Reencryption.StartAsync(Staff.Custodian, "shut", "Keys may have leaked", None)).Refusal().Code);

        Assert.Equal(ReencryptionState.Never, (await ReadAsync("shut")).State);
        Assert.Equal(
            [ActivityResult.Refused], (await EntriesAsync("shut")).Where(entry => entry.Code == ActivityCodes.Reencryption).Select(entry => entry.Result));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  why ")]
    public async Task What_others_have_to_understand_later_is_not_begun_without_a_reason(string reason)
    {
        var key = await PreparedAsync($"no-reason-{reason.Length}", 1);
        var version = (await portal.DetailAsync(key)).Current.Id;

        Assert.Equal(
            ServiceRefusals.ReasonMissing, (await portal.Reencryption.StartAsync(Staff.Custodian, $"no-reason-{reason.Length}", reason, None)).Refusal().Code);
        Assert.Equal(
            ServiceRefusals.ReasonMissing,
            (await portal.Rekey.StartAsync(Staff.Custodian, $"no-reason-{reason.Length}", key, version, reason, None)).Refusal().Code);
        Assert.Equal(ServiceRefusals.ReasonMissing, (await portal.Revocation.StartRestoreAsync(Staff.Approver, Guid.NewGuid(), reason, None)).Refusal().Code);
    }

    [Fact]
    public async Task An_instance_without_a_key_of_the_customer_has_nothing_to_re_encrypt()
    {
        await portal.NewInstanceAsync("one-layer");

        Assert.Equal(ProvisioningRefusals.NotCustomerManaged, (await portal.Reencryption.GetAsync(Staff.Auditor, "one-layer", None)).Refusal().Code);
        Assert.Equal(
            ProvisioningRefusals.InstanceUnknown,
            (await portal.Reencryption.StartAsync(Staff.Custodian, "nowhere", "Keys may have leaked", None)).Refusal().Code);
    }

    [Fact]
    public async Task One_that_ends_while_the_portal_is_down_is_logged_once_when_it_is_back()
    {
        await PreparedAsync("while-down", 20);
        await portal.StopServicesAsync();
        (await portal.Dps.Instances.StartReencryptionAsync(RunningDps.Tester, "while-down", Guid.CreateVersion7(), None)).Value();
        for (var patience = 0; patience < 1_000
            && (await portal.Dps.Instances.GetReencryptionAsync(RunningDps.Tester, "while-down", None)) is not { FinishedAt: not null }; patience++)
        {
            await Task.Delay(10);
        }

        await portal.StartServicesAsync();
        await portal.EntryAsync("while-down", ActivityCodes.ReencryptionFinished);
        await portal.StopServicesAsync();
        await portal.StartServicesAsync();
        await PreparedAsync("after-it", 1);
        await portal.SucceedsAsync(await portal.Reencryption.StartAsync(Staff.Custodian, "after-it", "Keys may have leaked", None));

        Assert.Single(await EntriesAsync("while-down"), entry => entry.Code == ActivityCodes.ReencryptionFinished);
    }

    [Fact]
    public async Task A_version_made_elsewhere_that_DPS_takes_up_is_in_the_activity_log()
    {
        var key = await PreparedAsync("picks-up", 1);
        var from = (await portal.DetailAsync(key)).Current.Id;
        await portal.KeyVault.PostAsync($"/keys/{key.Name}/rotate", null);

        (await portal.Instances.RecheckAsync(Staff.Operator, "picks-up", None)).Value();

        var entry = await portal.EntryAsync("picks-up", ActivityCodes.VersionPickedUp);
        Assert.Equal((ActivityResult.Noticed, null), (entry.Result, entry.By));
        Assert.Equal([from.ToString(), (await portal.DetailAsync(key)).Current.Id.ToString()], entry.Arguments);
    }

    private async Task<KeyIdentifier> PreparedAsync(string name, int records)
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync(name, key);
        Assert.Equal(
            records, (await portal.Dps.Enrollments.ImportRegistrationsAsync(RunningDps.Tester, name, RunningDps.Registrations(records), None)).Value());
        return key;
    }

    private async Task<ReencryptionReading> ReadAsync(string name) => (await portal.Reencryption.GetAsync(Staff.Auditor, name, None)).Value();

    private Task<IReadOnlyList<ActivityEntry>> EntriesAsync(string name) => portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(name), null, 50, None);
}
