using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Tests.Services;

/// <summary>One damaged row of the operations costs that operation, and what depends on it is not known instead of "none".</summary>
[StartsHosts]
public sealed class DamagedOperationTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    /// <summary>What is done to the row of a revocation by role.</summary>
    public static TheoryData<string> Damages =>
    [
        "UPDATE Operations SET Intent = substr(Intent, 1, 40) WHERE Id = $id",
        "UPDATE Operations SET Intent = '{}' WHERE Id = $id",
        "UPDATE Operations SET Intent = replace(Intent, '\"RemoveRole\"', '\"Romeve\"') WHERE Id = $id",
        "UPDATE Operations SET Facts = '[' WHERE Id = $id",
        "UPDATE Operations SET Failure = 'x' WHERE Id = $id",
        "UPDATE Operations SET StartedAt = -1 WHERE Id = $id",
        "UPDATE Operations SET StartedAt = 'yesterday' WHERE Id = $id",
        "UPDATE Operations SET FinishedAt = 9223372036854775807 WHERE Id = $id",
        "UPDATE Operations SET Kind = 99 WHERE Id = $id",
        "UPDATE Operations SET State = 99 WHERE Id = $id",
        "UPDATE Steps SET Arguments = '[\"' WHERE OperationSequence = (SELECT Sequence FROM Operations WHERE Id = $id)",
        "UPDATE Steps SET State = 77 WHERE OperationSequence = (SELECT Sequence FROM Operations WHERE Id = $id)",
    ];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Lists_show_the_rest_and_the_damaged_one_as_damaged_and_nothing_that_it_may_forbid_is_done(string damage)
    {
        var (key, instance, revocation) = await RevokedAsync();
        await SqlAsync(damage, revocation);

        var listed = await portal.Operations.ListAsync(Staff.Auditor, null, 200, None);
        var damaged = Assert.Single(listed, operation => operation.State == OperationState.Unreadable && operation.Subject == key.Subject());
        Assert.Equal((revocation, key.Subject(), Staff.Custodian.DisplayName), (damaged.Id, damaged.Subject, damaged.By.DisplayName));
        Assert.Equal(OperationState.Unreadable, (await portal.Operations.GetAsync(Staff.Auditor, revocation, None))!.State);
        Assert.Contains(
            listed, operation => operation is { Kind: OperationKind.CreateInstance, State: OperationState.Succeeded } && operation.Subject == instance);

        var detail = await portal.DetailAsync(key);
        Assert.Equal([revocation], detail.Unreadable);
        Assert.DoesNotContain(await portal.Revocation.ListActiveAsync(Staff.Auditor, None), active => active.Operation == revocation);
        await portal.Rotation.HistoryAsync(Staff.Auditor, key, None);

        Refusal[] refusals =
        [
            (await portal.Revocation.StartRestoreAsync(Staff.Custodian, revocation, "Over again", None)).Refusal(),
            (await portal.RotateAsync(key)).Refusal(),
            (await portal.Keys.EnableVersionAsync(Staff.Custodian, detail.Current.Id, None)).Refusal(),
        ];
        Assert.All(refusals, refusal => Assert.Equal((ServiceRefusals.OperationUnreadable, revocation.ToString()), (refusal.Code, refusal.Arguments[0])));

        // No check and no creation gives the role back.
        var form = new NewInstance($"again-{instance}", "rg-contoso", "westeurope", true, $"id-{instance}", key.ToString());
        Assert.Equal(ServiceRefusals.OperationUnreadable, (await portal.Instances.CreateAsync(Staff.Operator, form, None)).Refusal().Code);

        // Another key goes on as if nothing were, and so does a revocation of this one: an emergency does not wait.
        Assert.Empty((await portal.DetailAsync(await portal.SharedKeyAsync())).Unreadable);
        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
    }

    [Fact]
    public async Task A_row_whose_id_cannot_be_read_is_listed_all_the_same()
    {
        var (key, _, revocation) = await RevokedAsync();
        await SqlAsync("UPDATE Operations SET Id = 'no-guid' WHERE Id = $id", revocation);

        var listed = await portal.Operations.ListAsync(Staff.Auditor, null, 200, None);

        Assert.Equal(key.Subject(), Assert.Single(listed, operation => operation.Id == Guid.Empty).Subject);
        Assert.Equal([Guid.Empty], (await portal.DetailAsync(key)).Unreadable);
        Assert.Equal(ServiceRefusals.OperationUnreadable, (await portal.RotateAsync(key)).Refusal().Code);
    }

    [Fact]
    public async Task One_that_was_under_way_is_ended_at_the_start_and_holds_its_key_no_longer()
    {
        var (key, _, revocation) = await RevokedAsync();
        await portal.RestartAsync(() => Raw("UPDATE Operations SET FinishedAt = NULL, State = 0, Intent = '{' WHERE Id = $id", revocation));

        var entry = await portal.EntryAsync(key.ToString(), ActivityCodes.OperationUnreadable);

        Assert.Equal((revocation, ActivityResult.Noticed), (entry.Operation, entry.Result));
        var operation = (await portal.Operations.WaitAsync(Staff.Auditor, revocation, None))!;
        Assert.Equal((OperationState.Unreadable, true), (operation.State, operation.Ended));
        Assert.Equal(ServiceRefusals.OperationUnreadable, (await portal.RotateAsync(key)).Refusal().Code);
    }

    [Fact]
    public async Task A_restore_that_was_under_way_and_is_damaged_has_given_nothing_back()
    {
        var (key, _, revocation) = await RevokedAsync();
        var restore = Guid.CreateVersion7();
        await using (var context = await portal.Get<PortalDatabase>().OpenAsync(None))
        {
            context.Operations.Add(new OperationRow
            {
                Id = restore, Kind = OperationKind.Restore, Subject = key.Subject(), Holds = key.Hold(), By = PersonColumns.Of(Staff.Custodian),
                Intent = "{", Restores = revocation, StartedAt = portal.Clock.GetUtcNow().UtcTicks,
            });
            await context.SaveChangesAsync(None);
        }

        await portal.RestartAsync();
        await portal.EntryAsync(key.ToString(), ActivityCodes.OperationUnreadable);

        Assert.Equal(revocation, Assert.Single((await portal.DetailAsync(key)).Revocations).Operation);
        Assert.Null((await portal.Operations.GetAsync(Staff.Auditor, revocation, None))!.Aftermath);
        Assert.Equal(OperationState.Unreadable, (await portal.Operations.GetAsync(Staff.Auditor, restore, None))!.State);

        // What the revocation took is on record, so it can be given back.
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Custodian, revocation, "Over again", None));
        Assert.Empty((await portal.DetailAsync(key)).Revocations);
    }

    [Fact]
    public async Task Of_a_loss_whose_entry_or_operation_is_damaged_it_is_not_known_whose_it_is()
    {
        var (_, instance, revocation) = await RevokedAsync();
        await portal.EntryAsync(instance, ActivityCodes.AccessLost);
        var damages = new[] { $"Operation = {Stored(Guid.CreateVersion7())}", "Operation = 'no-guid'", "At = 'long ago'" };
        foreach (var damage in damages)
        {
            await portal.Get<PortalDatabase>()
                .NumberAsync($"UPDATE Activity SET {damage} WHERE Subject = '{instance}' AND Code = 'AccessLost'; SELECT 1", None);
            var loss = await portal.LossAsync(instance);
            Assert.NotNull(loss);
            Assert.Equal((AccessLossOrigin.NotKnown, null, null), (loss.Origin, loss.Revoke, loss.By));
        }

        await portal.Get<PortalDatabase>().NumberAsync(
            $"UPDATE Activity SET Operation = {Stored(revocation)} WHERE Subject = '{instance}' AND Code = 'AccessLost'; UPDATE Operations SET Intent " +
            $"= '[' WHERE Id = {Stored(revocation)}; SELECT 1", None);
        Assert.Null((await portal.LossAsync(instance))?.By);
    }

    [Fact]
    public async Task A_damaged_entry_about_a_retirement_does_not_take_the_key_with_it()
    {
        var key = await portal.NewKeyAsync();
        var version = (await portal.DetailAsync(key)).Current.Id;
        Assert.Null((await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)) is Outcome<KeyDetail>.Refused refused ? refused.Refusal : null);
        Assert.NotNull((await portal.DetailAsync(key)).Retired);

        await portal.Get<PortalDatabase>()
            .NumberAsync($"UPDATE Activity SET Operation = 'no-guid' WHERE Subject = '{key.Subject()}' AND Code = 'VersionRetired'; SELECT 1", None);

        Assert.Null((await portal.DetailAsync(key)).Retired);
    }

    [Fact]
    public async Task A_damaged_revoke_that_changed_nothing_or_was_over_long_before_is_not_named_as_the_one_behind_a_loss()
    {
        var key = await portal.NewKeyAsync();
        var (unchanged, later) = ($"unchanged-{key.Name}", $"later-{key.Name}");
        await portal.NewInstanceAsync(unchanged, key);
        await portal.NewInstanceAsync(later, key);
        var ended = portal.Clock.GetUtcNow().AddYears(-2).UtcTicks;
        await using (var context = await portal.Get<PortalDatabase>().OpenAsync(None))
        {
            context.Operations.Add(Damaged(unchanged, OperationState.Failed));
            context.Operations.Add(Damaged(later, OperationState.Succeeded));
            await context.SaveChangesAsync(None);
        }

        await portal.Get<VaultKeys>().SetEnabledAsync((await portal.DetailAsync(key)).Current.Id, false, None);
        await portal.Instances.RecheckAsync(Staff.Operator, unchanged, None);
        await portal.Instances.RecheckAsync(Staff.Operator, later, None);

        Assert.Null((await portal.EntryAsync(unchanged, ActivityCodes.AccessLostOutside)).Operation);

        // It may have been: that nobody here was it is said as little.
        Assert.Null((await portal.EntryAsync(later, ActivityCodes.AccessLost)).Operation);

        OperationRow Damaged(string instance, OperationState state) => new()
        {
            Id = Guid.CreateVersion7(), Kind = OperationKind.Revoke, Subject = key.Subject(), Holds = key.Hold(), By = PersonColumns.Of(Staff.Custodian),
            State = state, Intent = $"[\"{instance}\"", StartedAt = ended - TimeSpan.TicksPerSecond, FinishedAt = ended,
        };
    }

    [Fact]
    public async Task A_damaged_rotation_is_not_called_one_made_elsewhere()
    {
        var key = await portal.NewKeyAsync();
        var rotation = await portal.SucceedsAsync(await portal.RotateAsync(key));
        await SqlAsync("UPDATE Operations SET Intent = '{' WHERE Id = $id", rotation.Id);

        var record = Assert.Single(await portal.Rotation.HistoryAsync(Staff.Auditor, key, None));

        Assert.Equal((rotation.Id, Staff.Custodian.DisplayName), (record.Operation, record.By?.DisplayName));
        Assert.Equal((await portal.DetailAsync(key)).Current.Id, record.To);
        await portal.SucceedsAsync(await portal.RotateAsync(key));
    }

    [Fact]
    public async Task Of_the_activity_log_one_damaged_entry_is_marked_whatever_is_damaged()
    {
        var key = await portal.NewKeyAsync();
        var entries = await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 10, None);
        string[] damages = ["At = -1", "Result = 99", "Refusal = '{'", "Arguments = 'null'", "Operation = 'no-guid'", "By_Role = 99"];
        foreach (var damage in damages)
        {
            var sequence = entries[0].Sequence;
            await portal.Get<PortalDatabase>()
                .NumberAsync(
                    $"CREATE TABLE Kept AS SELECT * FROM Activity WHERE Sequence = {sequence}; UPDATE Activity SET {damage} WHERE Sequence = " +
                    $"{sequence}; SELECT 1",
                    None);

            var listed = await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 10, None);

            Assert.Equal(
                [(sequence, ActivityCodes.EntryUnreadable), (entries[1].Sequence, entries[1].Code)], listed.Select(entry => (entry.Sequence, entry.Code)));
            await portal.Get<PortalDatabase>().NumberAsync(
                $"DELETE FROM Activity WHERE Sequence = {sequence}; INSERT INTO Activity SELECT * FROM Kept; DROP TABLE Kept; SELECT 1", None);
        }
    }

    private async Task<(KeyIdentifier Key, string Instance, Guid Revocation)> RevokedAsync()
    {
        var key = await portal.NewKeyAsync();
        var instance = $"damaged-{key.Name}";
        await portal.NewInstanceAsync(instance, key);
        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, instance)));
        return (key, instance, revocation.Id);
    }

    private async Task SqlAsync(string statements, Guid id)
    {
        await using var context = await portal.Get<PortalDatabase>().OpenAsync(None);
        await context.Database.ExecuteSqlRawAsync(statements.Replace("{", "{{", StringComparison.Ordinal)
            .Replace("}", "}}", StringComparison.Ordinal)
            .Replace("$id", Stored(id), StringComparison.Ordinal));
    }

    private void Raw(string statement, Guid id)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(portal.Options.DataDirectory, "portal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement.Replace("$id", Stored(id), StringComparison.Ordinal);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    /// <summary>As SQLite keeps it.</summary>
    private static string Stored(Guid id) => $"'{id.ToString().ToUpperInvariant()}'";
}
