using System.Net;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Provisioning;

/// <summary>An instance moves to another key while it is in use, and follows its key where it is versionless.</summary>
[StartsHosts]
public sealed class RekeyTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Uri CleanVault = new("https://fabrikam.vault.localhost/");

    private readonly FakeVault _vault = new();

    [Fact]
    public async Task It_moves_to_a_new_key_in_another_vault_and_lives_on_when_the_old_key_is_gone()
    {
        await using var dps = await PreparedAsync();
        var before = await dps.VerifyAsync("contoso");
        var old = (await dps.KeyOfAsync("contoso")).EffectiveKey;
        var target = _vault.AddKey("clean-kek", CleanVault);

        var moved = (await RekeyAsync(dps, target)).Value();
        Assert.Equal((target, old, target), (moved.Configured, moved.From, moved.To.Versionless));
        var key = await dps.KeyOfAsync("contoso");
        Assert.Equal((target, moved.To, 2L), (key.ConfiguredKey, key.EffectiveKey, key.Access.Epoch));
        Assert.Equal([moved.To, old], key.WrappedKeys.Select(form => form.WrappedBy));
        Assert.Equal(1, (await dps.Instances.FenceAsync(RunningDps.Tester, old, None)).InstanceKeys);

        Assert.Equal(1, (await dps.Instances.PruneRetiringAsync(RunningDps.Tester, "contoso", None)).Value().Removed);
        _vault.Keys.Remove(old.Name);
        await dps.RestartAsync();
        Assert.Equal(before.ContentHash, (await dps.VerifyAsync("contoso")).ContentHash);
        Assert.Equal((KeyAccess.Accessible, 2L), (await dps.RecheckAsync("contoso")) is var status ? (status.Access, status.Epoch) : default);
    }

    [Fact]
    public async Task Versionless_becomes_pinned_and_back_without_another_wrap_and_drifts_while_pinned()
    {
        await using var dps = await PreparedAsync();
        var (key, first) = ((await dps.KeyOfAsync("contoso")).ConfiguredKey, (await dps.KeyOfAsync("contoso")).EffectiveKey);

        (await RekeyAsync(dps, first)).Value();
        var second = _vault.AddVersion();
        await dps.RecheckAsync("contoso");
        Assert.Equal((first, first), (await dps.KeyOfAsync("contoso")) is var pinned ? (pinned.ConfiguredKey, pinned.EffectiveKey) : default);
        Assert.Single((await dps.KeyOfAsync("contoso")).WrappedKeys);

        Assert.Equal(second, (await RekeyAsync(dps, key)).Value().To);
        Assert.Equal((key, second), (await dps.KeyOfAsync("contoso")) is var follows ? (follows.ConfiguredKey, follows.EffectiveKey) : default);
    }

    [Fact]
    public async Task Repeating_it_changes_nothing()
    {
        await using var dps = await PreparedAsync();
        var target = _vault.AddKey("clean-kek", CleanVault);
        var once = (await RekeyAsync(dps, target)).Value();
        var key = await dps.KeyOfAsync("contoso");

        Assert.Equal(once with { From = once.To }, (await RekeyAsync(dps, target)).Value());
        Assert.Equal((key.Access.Epoch, 2), (await dps.KeyOfAsync("contoso")) is var again ? (again.Access.Epoch, again.WrappedKeys.Count) : default);
    }

    [Fact]
    public async Task While_its_key_denies_it_nothing_moves_and_the_refusal_names_the_key_that_is_needed()
    {
        await using var dps = await PreparedAsync();
        var old = (await dps.KeyOfAsync("contoso")).EffectiveKey;
        var target = _vault.AddKey("clean-kek", CleanVault);
        // Nobody has noticed yet: the instance key is in memory, and is not taken from there.
        _vault.Version(old).Enabled = false;

        var refusal = (await RekeyAsync(dps, target)).Refusal();
        Assert.Equal((ProvisioningRefusals.RekeyNeedsCurrentKey, old.ToString()), (refusal.Code, refusal.Arguments[0]));
        Assert.Equal((old.Versionless, KeyAccess.Revoked), (await dps.KeyOfAsync("contoso")) is var key ? (key.ConfiguredKey, key.Access.Access) : default);

        _vault.Version(old).Enabled = true;
        (await RekeyAsync(dps, target)).Value();
        Assert.Equal(20, (await dps.VerifyAsync("contoso")).ReadOk);
    }

    [Fact]
    public async Task Out_of_an_outage_it_moves_with_the_key_in_memory_while_the_lease_runs()
    {
        await using var dps = await PreparedAsync();
        var target = _vault.AddKey("clean-kek", CleanVault);
        _vault.Intercept = request => request.RequestUri!.Host == FakeVault.Address.Host ? FakeVault.Answer(HttpStatusCode.BadGateway, "") : null;
        dps.SystemClock.Advance(dps.Options.Lease);
        Assert.Equal(ProvisioningRefusals.RekeyNeedsCurrentKey, (await RekeyAsync(dps, target)).Refusal().Code);

        _vault.Intercept = null;
        await dps.RecheckAsync("contoso");
        _vault.Intercept = request => request.RequestUri!.Host == FakeVault.Address.Host ? FakeVault.Answer(HttpStatusCode.BadGateway, "") : null;
        (await RekeyAsync(dps, target)).Value();
        Assert.Equal(KeyAccess.Accessible, (await dps.KeyOfAsync("contoso")).Access.Access);
        Assert.Equal(20, (await dps.VerifyAsync("contoso")).ReadOk);
    }

    [Fact]
    public async Task An_unsuitable_key_is_refused_and_nothing_changes()
    {
        await using var dps = await PreparedAsync();
        var before = await dps.KeyOfAsync("contoso");
        var (purgeable, expired, fenced) = (_vault.AddKey("purgeable"), _vault.AddKey("expired"), _vault.AddKey("fenced"));
        _vault.Keys["purgeable"].RecoveryLevel = "Recoverable+Purgeable";
        _vault.Keys["expired"].Versions[0].ExpiresOn = dps.DomainClock.GetUtcNow();
        await dps.Instances.FenceAsync(RunningDps.Tester, fenced.WithVersion(_vault.Keys["fenced"].Versions[0].Id), None);
        (string Code, KeyIdentifier Key)[] cases =
        [
            (ProvisioningRefusals.VaultNotAllowed, KeyIdentifier.Parse("https://contoso.example.com/keys/kek")),
            (ProvisioningRefusals.KeyNotFound, KeyIdentifier.Create(CleanVault, "nowhere")),
            (ProvisioningRefusals.PurgeProtectionMissing, purgeable),
            (ProvisioningRefusals.KeyExpired, expired),
            (ProvisioningRefusals.VersionFenced, fenced),
        ];
        foreach (var (code, key) in cases)
        {
            Assert.Equal(code, (await RekeyAsync(dps, key)).Refusal().Code);
        }

        var after = await dps.KeyOfAsync("contoso");
        Assert.Equal((before.ConfiguredKey, before.EffectiveKey, before.Access.Epoch), (after.ConfiguredKey, after.EffectiveKey, after.Access.Epoch));
        Assert.Equal(
            ProvisioningRefusals.NotCustomerManaged,
            (await dps.CreatedAsync("plain")) is var plain
                ? (await dps.Instances.RekeyAsync(RunningDps.Tester, plain.Name, purgeable, None)).Refusal().Code
                : null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Broken_off_at_any_step_it_has_moved_or_not_and_can_be_repeated(int step)
    {
        using var engine = await Engine.StartAsync(_vault.Access);
        (await engine.Instances.CreateAsync(RunningDps.Tester, RunningDps.Request("contoso", _vault.AddKey()), None)).Value();
        (await engine.Enrollments.ImportRegistrationsAsync(RunningDps.Tester, "contoso", RunningDps.Registrations(20), None)).Value();
        var target = _vault.AddKey("clean-kek", CleanVault);
        engine.Checkpoints.CrashAfter = step;
        await Assert.ThrowsAsync<CrashedException>(async () =>
        {
            await engine.Instances.RekeyAsync(RunningDps.Tester, "contoso", target, None);
            await engine.Instances.PruneRetiringAsync(RunningDps.Tester, "contoso", None);
        });
        await engine.ReopenAsync();

        Assert.Equal(20, (await engine.Enrollments.VerifyAsync(RunningDps.Tester, "contoso", null, None)).ReadOk);
        (await engine.Instances.RekeyAsync(RunningDps.Tester, "contoso", target, None)).Value();
        (await engine.Instances.PruneRetiringAsync(RunningDps.Tester, "contoso", None)).Value();
        _vault.Keys.Remove("dps-kek");
        await engine.ReopenAsync();
        Assert.Equal(20, (await engine.Enrollments.VerifyAsync(RunningDps.Tester, "contoso", null, None)).ReadOk);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(11, 1)]
    public async Task A_prune_unwraps_again_only_when_the_re_keys_own_proof_is_no_longer_fresh(int secondsLater, int unwraps)
    {
        await using var dps = await PreparedAsync();
        (await RekeyAsync(dps, _vault.AddKey("clean-kek", CleanVault))).Value();
        dps.SystemClock.Advance(TimeSpan.FromSeconds(secondsLater));

        var before = _vault.Unwraps;
        Assert.Equal(1, (await dps.Instances.PruneRetiringAsync(RunningDps.Tester, "contoso", None)).Value().Removed);
        Assert.Equal(unwraps, _vault.Unwraps - before);
    }

    [Fact]
    public async Task Retiring_forms_are_kept_when_the_current_one_does_not_open()
    {
        await using var dps = await PreparedAsync();
        var moved = (await RekeyAsync(dps, _vault.AddKey("clean-kek", CleanVault))).Value();

        _vault.Version(moved.To).UnwrapAs = _ => new byte[32];
        dps.SystemClock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(ProvisioningRefusals.KeyMisconfigured, (await dps.Instances.PruneRetiringAsync(RunningDps.Tester, "contoso", None)).Refusal().Code);
        Assert.Equal([moved.To, moved.From], (await dps.KeyOfAsync("contoso")).WrappedKeys.Select(form => form.WrappedBy));
    }

    [Fact]
    public async Task Moving_back_before_the_prune_takes_the_old_form_again()
    {
        await using var dps = await PreparedAsync();
        var (key, first) = ((await dps.KeyOfAsync("contoso")).ConfiguredKey, (await dps.KeyOfAsync("contoso")).WrappedKeys[0]);
        var moved = (await RekeyAsync(dps, _vault.AddKey("clean-kek", CleanVault))).Value();
        dps.DomainClock.Advance(TimeSpan.FromHours(1));

        (await RekeyAsync(dps, key)).Value();

        Assert.Equal(
            [(first.WrappedBy, first.WrappedAt, WrappedKeyUse.Current), (moved.To, first.WrappedAt, WrappedKeyUse.Retiring)],
            (await dps.KeyOfAsync("contoso")).WrappedKeys.Select(form => (form.WrappedBy, form.WrappedAt, form.Use)));
        await dps.RestartAsync();
        Assert.Equal(20, (await dps.VerifyAsync("contoso")).ReadOk);
    }

    [Fact]
    public async Task A_re_wrap_under_the_new_key_leaves_none_of_the_earlier_forms()
    {
        await using var dps = await PreparedAsync();
        (await RekeyAsync(dps, _vault.AddKey("clean-kek", CleanVault))).Value();
        var version = _vault.AddVersion("clean-kek");

        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", version, None)).Value();

        Assert.Equal([version], (await dps.KeyOfAsync("contoso")).WrappedKeys.Select(form => form.WrappedBy));
        await dps.RestartAsync();
        Assert.Equal(20, (await dps.VerifyAsync("contoso")).ReadOk);
    }

    [Fact]
    public async Task A_version_made_elsewhere_is_taken_up_at_the_next_poll_and_told_as_nobodys_order()
    {
        await using var dps = await PreparedAsync();
        var old = (await dps.KeyOfAsync("contoso")).EffectiveKey;
        await dps.RecheckAsync("contoso");
        var newer = _vault.AddVersion();

        var pickedUp = await dps.AfterAsync<ProvisioningEvent.VersionPickedUp>(dps.Options.PollInterval, _ => true);
        Assert.Equal((old, newer), (pickedUp.From, pickedUp.To));
        await dps.RecheckAsync("contoso");
        Assert.Equal([newer], (await dps.KeyOfAsync("contoso")).WrappedKeys.Select(form => form.WrappedBy));
        _vault.Version(old).Enabled = false;
        await dps.RestartAsync();
        Assert.Equal(20, (await dps.VerifyAsync("contoso")).ReadOk);
        Assert.Equal(["Pickup"], Logged(dps, "WHERE Detail = '" + newer + "' AND CallerId IS NULL"));
    }

    [Fact]
    public async Task A_version_that_cannot_be_taken_up_changes_nothing_about_the_access()
    {
        await using var dps = await PreparedAsync();
        var old = (await dps.KeyOfAsync("contoso")).EffectiveKey;
        _vault.Version(_vault.AddVersion()).Enabled = false;

        Assert.Equal(KeyAccess.Accessible, (await dps.RecheckAsync("contoso")).Access);
        Assert.Equal(old, (await dps.KeyOfAsync("contoso")).EffectiveKey);
    }

    private static List<string> Logged(RunningDps dps, string where)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT Operation FROM Log " + where;
        using var reader = command.ExecuteReader();
        var operations = new List<string>();
        while (reader.Read())
        {
            operations.Add(reader.GetString(0));
        }

        return operations;
    }

    private async Task<RunningDps> PreparedAsync()
    {
        var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.ImportAsync("contoso", 20);
        return dps;
    }

    private static Task<Outcome<Rekeyed>> RekeyAsync(RunningDps dps, KeyIdentifier key) => dps.Instances.RekeyAsync(RunningDps.Tester, "contoso", key, None);
}
