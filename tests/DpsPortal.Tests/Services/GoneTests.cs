using System.Net;
using Azure;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>What is deleted, closed or gone behind the portal's back is said to be that, and never to be nothing.</summary>
[StartsHosts]
public sealed class GoneTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_deleted_vault_is_named_with_its_date_its_keys_in_use_and_who_needs_them()
    {
        var key = await KeyInVaultOfItsOwnAsync("kv-deleted", "on-deleted-vault");

        await SendAsync(HttpMethod.Delete, portal.KeyVault.VaultResourceId("kv-deleted"));

        var now = portal.Clock.GetUtcNow();
        var deleted = new VaultCondition.Deleted(now, now.AddDays(90), portal.Options.Location, portal.KeyVault.VaultResourceId("kv-deleted"));
        var list = await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None);
        Assert.Contains(new VaultStatus("kv-deleted", deleted), list.Vaults);
        var absent = Assert.Single(list.Absent, absent => absent.Key == key);
        Assert.Equal((new KeyAbsence.VaultUnread(deleted), "on-deleted-vault"), (absent.Absence, Assert.Single(absent.InUse).Instance));
        Assert.Equal(new KeyAbsence.VaultUnread(deleted), (await FindAsync(key)).Absence);
        Assert.Equal(new KeyAbsence.VaultUnread(deleted), (await portal.Instances.GetAsync(Staff.Auditor, "on-deleted-vault", None))!.Absence);
        var refusal = (await portal.Keys.GetAsync(Staff.Auditor, key.VaultName, key.Name, None)).Refusal();
        Assert.Equal(ServiceRefusals.VaultDeleted, refusal.Code);
        Assert.Equal(["kv-deleted", $"{now.AddDays(90):yyyy-MM-dd}"], refusal.Arguments);
        Assert.Equal(ServiceRefusals.VaultDeleted, (await portal.Rotation.PlanAsync(Staff.Auditor, key, None)).Refusal().Code);
    }

    [Fact]
    public async Task A_deleted_vault_is_an_outage_to_DPS_and_comes_back_without_its_roles()
    {
        var key = await KeyInVaultOfItsOwnAsync("kv-outage", "through-outage");
        await portal.AddGroupAsync("through-outage", "meters");

        await SendAsync(HttpMethod.Delete, portal.KeyVault.VaultResourceId("kv-outage"));

        var deleted = await RecheckAsync("through-outage");
        Assert.Equal((KeyAccess.Unavailable, KeyAccessCause.VaultNotFound, "VaultNotFound"), (deleted.Access, deleted.Cause, deleted.VaultErrorCode));
        Assert.Equal(1, (await portal.VerifyAsync("through-outage")).ReadOk);

        await SendAsync(
            HttpMethod.Put, portal.KeyVault.VaultResourceId("kv-outage"),
            new { location = portal.Options.Location, properties = new { createMode = "recover" } });

        var recovered = await RecheckAsync("through-outage");
        Assert.Equal((KeyAccess.Revoked, KeyAccessCause.RoleMissing), (recovered.Access, recovered.Cause));
        Assert.Equal(2048, (await portal.DetailAsync(key)).Size);
    }

    [Fact]
    public async Task A_deleted_vault_does_not_make_it_unknown_what_needs_the_keys_of_others()
    {
        await KeyInVaultOfItsOwnAsync("kv-aside", "beside-others");
        var other = await portal.NewKeyAsync();
        await SendAsync(HttpMethod.Delete, portal.KeyVault.VaultResourceId("kv-aside"));

        // Without what was remembered from before.
        await portal.RestartAsync();

        Assert.DoesNotContain((await portal.DetailAsync(other)).Unmatched, use => use.Instance == "beside-others");
    }

    [Fact]
    public async Task A_vault_that_is_configured_and_nowhere_is_not_found_and_not_unconfigured()
    {
        portal.Options.Vaults.Add("kv-mistyped");

        Assert.Contains(
            new VaultStatus("kv-mistyped", new VaultCondition.NotFound()),
            (await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None)).Vaults);
        Assert.Equal(ServiceRefusals.VaultNotFound, (await portal.Keys.GetAsync(Staff.Auditor, "kv-mistyped", "kek", None)).Refusal().Code);
        Assert.Equal(ServiceRefusals.VaultUnknown, (await portal.Keys.GetAsync(Staff.Auditor, "kv-elsewhere", "kek", None)).Refusal().Code);
    }

    [Fact]
    public async Task Where_the_management_does_not_say_whether_a_vault_is_deleted_it_is_not_called_missing()
    {
        portal.Options.Vaults.Add("kv-unseen");
        portal.Between = (request, send) => request.RequestUri!.AbsolutePath.EndsWith("/deletedVaults", StringComparison.Ordinal)
            ? Task.FromResult(FakeVault.Error(HttpStatusCode.Forbidden, "AuthorizationFailed"))
            : send();

        var list = await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None);
        portal.Between = null;

        Assert.Contains(new VaultStatus("kv-unseen", new VaultCondition.NotLookedUp(KeyAccessCause.RoleMissing, "AuthorizationFailed")), list.Vaults);
        Assert.Contains(new VaultStatus(RunningPortalServices.Vault, new VaultCondition.Answers()), list.Vaults);
    }

    [Fact]
    public async Task A_closed_firewall_is_named_as_what_refuses_the_portal_since_when_and_who_needs_its_keys()
    {
        var key = await KeyInVaultOfItsOwnAsync("kv-closed", "behind-firewall");

        await SendAsync(HttpMethod.Patch, portal.KeyVault.VaultResourceId("kv-closed"), """{"properties":{"networkAcls":{"defaultAction":"Deny"}}}""");

        var first = Condition(await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None));
        var list = await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None);
        Assert.Equal((KeyAccessCause.FirewallDenied, "ForbiddenByFirewall"), (first.Cause, first.Code));
        Assert.Equal(first, Condition(list));
        Assert.Equal(new KeyAbsence.VaultUnread(first), Assert.Single(list.Absent, absent => absent.Key == key).Absence);
        Assert.Equal(ServiceRefusals.VaultFirewallRefused, (await portal.Keys.GetAsync(Staff.Auditor, key.VaultName, key.Name, None)).Refusal().Code);

        await SendAsync(HttpMethod.Patch, portal.KeyVault.VaultResourceId("kv-closed"), """{"properties":{"networkAcls":{"defaultAction":"Allow"}}}""");

        Assert.Equal(key, Assert.Single((await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None)).Keys, shown => shown.Key == key).Key);

        static VaultCondition.Refuses Condition(KeyList list) =>
            Assert.IsType<VaultCondition.Refuses>(list.Vaults.Single(vault => vault.Name == "kv-closed").Condition);
    }

    [Fact]
    public async Task A_deleted_key_that_is_in_use_stays_listed_with_its_date_and_comes_back()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("on-deleted-key", key);

        await SendAsync(HttpMethod.Delete, key.ToString());

        var now = portal.Clock.GetUtcNow();
        var deleted = new KeyAbsence.Deleted(now, now.AddDays(90));
        var list = await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None);
        var absent = Assert.Single(list.Absent, absent => absent.Key == key);
        Assert.Equal((deleted, "on-deleted-key"), (absent.Absence, Assert.Single(absent.InUse).Instance));
        Assert.True(list.Vaults.Single(vault => vault.Name == RunningPortalServices.Vault).Condition is VaultCondition.Answers);
        Assert.Equal(deleted, (await FindAsync(key)).Absence);
        Assert.Equal(deleted, (await portal.Instances.GetAsync(Staff.Auditor, "on-deleted-key", None))!.Absence);
        Assert.Equal(ServiceRefusals.KeyDeleted, (await portal.Keys.GetAsync(Staff.Auditor, key.VaultName, key.Name, None)).Refusal().Code);
        Assert.Equal(ServiceRefusals.KeyDeleted, (await portal.Rotation.PlanAsync(Staff.Auditor, key, None)).Refusal().Code);
        var denied = await RecheckAsync("on-deleted-key");
        Assert.Equal((KeyAccess.Revoked, KeyAccessCause.KeyNotFound), (denied.Access, denied.Cause));

        await SendAsync(HttpMethod.Post, $"{key.Vault}deletedkeys/{key.Name}/recover");

        Assert.Equal(KeyAccess.Accessible, (await RecheckAsync("on-deleted-key")).Access);
        Assert.Single((await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None)).Keys, shown => shown.Key == key);
    }

    [Fact]
    public async Task A_key_in_use_that_the_vault_does_not_know_at_all_stays_listed_and_one_that_nobody_needs_is_not_found()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("on-purged-key", key);
        // Purge protection forbids to make it so: the vault answers as one that was replaced by an empty one would.
        portal.Between = (request, send) => request.RequestUri!.AbsolutePath.Contains($"keys/{key.Name}", StringComparison.Ordinal)
            ? Task.FromResult(FakeVault.Error(HttpStatusCode.NotFound, "KeyNotFound"))
            : send();

        var absent = Assert.Single((await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None)).Absent, absent => absent.Key == key);
        var code = (await portal.Keys.GetAsync(Staff.Auditor, key.VaultName, "no-such-key", None)).Refusal().Code;
        portal.Between = null;

        Assert.Equal(new KeyAbsence.DoesNotExist(), absent.Absence);
        Assert.Equal(ProvisioningRefusals.KeyNotFound, code);
    }

    [Fact]
    public async Task One_key_that_is_not_shown_costs_itself_and_not_the_list()
    {
        var (shown, hidden) = (await portal.NewKeyAsync(), await portal.NewKeyAsync());
        portal.Between = (request, send) => request.RequestUri!.AbsolutePath.Contains($"keys/{hidden.Name}", StringComparison.Ordinal)
            ? Task.FromResult(FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac"))
            : send();

        var list = (await portal.Keys.ListPageAsync(Staff.Auditor, new KeyQuery(Count: 200, Anew: true), None)).List;
        portal.Between = null;

        Assert.Contains(list.Keys, key => key.Key == shown);
        Assert.Equal(new KeyAbsence.Unread(true, KeyAccessCause.RoleMissing, "ForbiddenByRbac"), Assert.Single(list.Absent, key => key.Key == hidden).Absence);
    }

    [Fact]
    public async Task A_history_that_could_not_be_read_is_not_that_the_key_was_never_rotated()
    {
        var key = await portal.NewKeyAsync();
        portal.Between = (request, send) => request.RequestUri!.AbsolutePath.Contains($"keys/{key.Name}", StringComparison.Ordinal)
            ? Task.FromResult(FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByFirewall"))
            : send();

        await Assert.ThrowsAsync<RequestFailedException>(() => portal.Rotation.HistoryAsync(Staff.Auditor, key, None));
        portal.Between = null;

        Assert.Empty(await portal.Rotation.HistoryAsync(Staff.Auditor, key, None));
    }

    [Fact]
    public async Task A_key_that_DPS_uses_in_a_vault_that_is_not_configured_is_unknown_and_listed()
    {
        var key = await KeyInVaultOfItsOwnAsync("kv-left-out", "left-out");
        portal.Options.Vaults.Remove("kv-left-out");

        var absent = Assert.Single((await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None)).Absent, absent => absent.Key == key);

        Assert.Equal((new KeyAbsence.VaultNotConfigured(), false), (absent.Absence, absent.Absence.IsGone));
    }

    private async Task<KeyIdentifier> KeyInVaultOfItsOwnAsync(string vault, string instance)
    {
        await portal.Management.PutVaultAsync(vault, portal.Options.Location, purgeProtection: true, 90, None);
        portal.Options.Vaults.Add(vault);
        var key = (await portal.Keys.CreateAsync(Staff.Custodian, new NewKey(vault, "kek", 2048, null, null), None)).Value();
        await portal.NewInstanceAsync(instance, key);
        return key;
    }

    private async Task<AbsentKey> FindAsync(KeyIdentifier key) =>
        Assert.IsType<KeyFinding.Absent>((await portal.Keys.FindAsync(Staff.Auditor, key.VaultName, key.Name, None)).Value()).Key;

    private async Task<KeyAccessStatus> RecheckAsync(string instance) => (await portal.Instances.RecheckAsync(Staff.Operator, instance, None)).Value();

    /// <summary>As the vault's administrator, past the portal.</summary>
    private async Task SendAsync(HttpMethod method, string address, object? body = null)
    {
        var answer = await portal.KeyVault.SendAsync(method, address, body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
    }
}
