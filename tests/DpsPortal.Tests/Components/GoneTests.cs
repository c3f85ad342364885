using Bunit;
using DpsPortal.Common;
using DpsPortal.Features.Dashboard;
using DpsPortal.Features.Instances;
using DpsPortal.Features.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Components.Fakes;

namespace DpsPortal.Tests.Components;

/// <summary>What is deleted is shown as deleted, what could not be read as unknown, and neither as nothing or as another fact.</summary>
public sealed class GoneTests : PageTests
{
    private const string Instance = "dps-contoso-prod";

    private static readonly DateTimeOffset Deletion = Some.Now.AddDays(-2);
    private static readonly DateTimeOffset Purge = Some.Now.AddDays(88);

    private static readonly KeyAccessStatus Served = Some.Access(KeyAccess.Unavailable, KeyAccessCause.VaultNotFound, "VaultNotFound");
    private static readonly KeyAccessStatus Denied = Some.Access(KeyAccess.Revoked, KeyAccessCause.KeyNotFound, "KeyNotFound");

    /// <summary>Everything that a key or its vault can be but there.</summary>
    private static readonly Dictionary<string, (KeyAbsence Absence, KeyAccessStatus Access)> States = new()
    {
        ["key deleted"] = (new KeyAbsence.Deleted(Deletion, Purge), Denied),
        ["key missing"] = (new KeyAbsence.DoesNotExist(), Denied),
        ["key unread"] = (new KeyAbsence.Unread(true, KeyAccessCause.RoleMissing, "ForbiddenByRbac"), Some.Access()),
        ["not configured"] = (new KeyAbsence.VaultNotConfigured(), Some.Access()),
        ["vault deleted"] = (new KeyAbsence.VaultUnread(new VaultCondition.Deleted(Deletion, Purge, "westus2", "/subscriptions/s/vaults/kv")), Served),
        ["vault not found"] = (new KeyAbsence.VaultUnread(new VaultCondition.NotFound()), Some.Access()),
        ["firewall"] = (new KeyAbsence.VaultUnread(new VaultCondition.Refuses(KeyAccessCause.FirewallDenied, "ForbiddenByFirewall", Some.Now)), Some.Access()),
        ["role"] = (new KeyAbsence.VaultUnread(new VaultCondition.Refuses(KeyAccessCause.RoleMissing, "ForbiddenByRbac", Some.Now)), Some.Access()),
        ["silent"] = (new KeyAbsence.VaultUnread(new VaultCondition.Silent(KeyAccessCause.VaultTimedOut, Some.Now.AddMinutes(-7))), Some.Access()),
        ["not looked up"] = (new KeyAbsence.VaultUnread(new VaultCondition.NotLookedUp(KeyAccessCause.RoleMissing, "AuthorizationFailed")), Some.Access()),
    };

    /// <summary>What every page says of it, and the tile's number.</summary>
    public static TheoryData<string, string, string> Claims { get; } = new()
    {
        { "key deleted", "Deleted on 21 Nov 2026, 09:00:00 UTC, recoverable until 19 Feb 2027", "1 key needs action" },
        { "key missing", "no key of this name, and no deleted one either", "1 key needs action" },
        { "key unread", "Its vault answers, but not about this key: The portal's own identity has no role for this " +
            "ForbiddenByRbac", "1 key could not be read" },
        { "not configured", "DPS uses the key, and the portal may not ask its vault", "1 key could not be read" },
        { "vault deleted", "Deleted on 21 Nov 2026, 09:00:00 UTC, recoverable until 19 Feb 2027", "1 key needs action" },
        { "vault not found", "The subscription has no vault of this name", "1 key could not be read" },
        { "firewall", "The vault's firewall refused the call (ForbiddenByFirewall, since 23 Nov 2026, 09:00 UTC). That is what the vault answers the " +
            "portal.", "1 key could not be read" },
        { "role", "The portal's own identity has no role for this (ForbiddenByRbac", "1 key could not be read" },
        { "silent", "The vault did not answer in time (no answer since 23 Nov 2026, 08:53 UTC)", "1 key could not be read" },
        { "not looked up", "did not tell the portal: AuthorizationFailed", "1 key could not be read" },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public void Every_page_says_the_same_of_it(string state, string claim, string tile)
    {
        Put(state);

        var dashboard = TextOf(Open<DashboardPage>());
        Assert.Contains(tile, dashboard, StringComparison.Ordinal);
        Assert.Contains(claim, dashboard, StringComparison.Ordinal);
        Assert.Contains($"Needed by {Instance}.", dashboard, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing needs you now", dashboard, StringComparison.Ordinal);

        var keys = TextOf(Render<KeysPage>());
        Assert.Contains(claim, keys, StringComparison.Ordinal);
        Assert.Contains("kek-dps-prod", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("No keys yet", keys, StringComparison.Ordinal);

        var key = Render<KeyPage>(it => it.Add(page => page.Vault, Some.Vault.Name).Add(page => page.Name, Some.Key.Name));
        Assert.Contains(claim, TextOf(key), StringComparison.Ordinal);
        Assert.Contains(Instance, TextOf(key), StringComparison.Ordinal);
        Assert.Empty(key.FindAll("a[href*='/revoke']"));

        var instance = TextOf(Render<InstancePage>(it => it.Add(page => page.Name, Instance)));
        Assert.Contains(claim, instance, StringComparison.Ordinal);
        Assert.Equal(state == "silent", instance.Contains("The vault did not answer", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public void The_tile_and_the_list_count_the_same(string state, string claim, string tile)
    {
        Assert.NotEqual(claim, tile);
        var list = ListOf(state);
        var tally = KeyTally.Of(list, Some.Now);

        var item = Assert.Single(Attention.Rank([], list, [], [], Some.Now));
        Assert.Equal(States[state].Absence.IsGone, tally is { Needing: 1, IsUnknown: false });
        Assert.Equal(States[state].Absence.IsGone, item.Tone == Tone.Bad);
        Assert.NotEqual(tally.Needing, tally.Unread);
    }

    [Fact]
    public void A_deleted_key_in_use_comes_before_everything_else()
    {
        var list = ListOf("key deleted");
        var ranked = Attention.Rank(
            [Some.Instance(access: Denied)], list with { Vaults = [
                new VaultStatus("kv-old", new VaultCondition.Deleted(Deletion, Purge, "westus2", "/s")),
            ] }, [], [], Some.Now);

        Assert.Equal([AttentionKind.KeyDeleted, AttentionKind.Revoked, AttentionKind.VaultDeletedUnused], ranked.Select(item => item.Kind));
    }

    [Theory]
    [InlineData("key deleted", "POST https://kv-contoso-prod.vault.localhost/deletedkeys/kek-dps-prod/recover?api-version=7.6")]
    [InlineData("vault deleted", """PUT /subscriptions/s/vaults/kv?api-version=2023-07-01 {"location":"westus2","properties":{"createMode":"recover"}}""")]
    public void What_can_be_recovered_comes_with_the_request_that_does_it(string state, string request)
    {
        Put(state);

        Assert.Contains(
            request, TextOf(Open<KeyPage>(it => it.Add(page => page.Vault, Some.Vault.Name).Add(page => page.Name, Some.Key.Name))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyAccess.Revoked, 8, "1 instance cannot use it now: its reads and writes are rejected.")]
    [InlineData(KeyAccess.NotVerified, 8, "1 instance: not known, DPS has not asked the vault since it started.")]
    [InlineData(KeyAccess.Misconfigured, 8, "1 instance is served from the key in memory, until 23 Nov 2026, 09:08:00 UTC at the latest.")]
    [InlineData(KeyAccess.Unavailable, 8, "1 instance is served from the key in memory, until 23 Nov 2026, 09:08:00 UTC at the latest.")]
    [InlineData(KeyAccess.Unavailable, -1, "1 instance has no key in memory any more")]
    [InlineData(KeyAccess.Accessible, 8, "1 instance still reads and writes: DPS has not noticed yet and asks the vault again by 23 Nov 2026, 09:03:00 UTC.")]
    public void What_is_served_meanwhile_is_what_DPS_reports(KeyAccess access, int leaseMinutes, string sentence)
    {
        var status = Some.Access(access) with { LeaseEndsAt = Some.Now.AddMinutes(leaseMinutes) };
        Fake.Absent.Add(Some.Absent(new KeyAbsence.Deleted(Deletion, Purge), Some.Dependent(access: status)));

        Assert.Contains(sentence, TextOf(Open<DashboardPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_instance_whose_key_is_gone_is_not_said_to_have_access_because_DPS_has_not_noticed_yet()
    {
        Fake.Instances.Add(Some.Instance() with { CurrentVersion = null, Absence = new KeyAbsence.Deleted(Deletion, Purge) });

        var text = TextOf(Open<InstancePage>(it => it.Add(page => page.Name, Instance)));

        Assert.Contains("The key is gone, and DPS has not noticed yet.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("The key is accessible", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Revoke for this instance only", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_vault_without_known_keys_is_no_zero_and_no_empty_list()
    {
        Fake.Unread.Add(new VaultStatus("kv-closed", new VaultCondition.Refuses(KeyAccessCause.FirewallDenied, "ForbiddenByFirewall", Some.Now)));

        var dashboard = TextOf(Open<DashboardPage>());
        Assert.Contains("? keys: not known", dashboard, StringComparison.Ordinal);
        Assert.Contains("1 vault could not be read", dashboard, StringComparison.Ordinal);
        Assert.DoesNotContain("Three steps to start", dashboard, StringComparison.Ordinal);
        var keys = TextOf(Render<KeysPage>());
        Assert.Contains("The firewall of the vault kv-closed refuses the portal", keys, StringComparison.Ordinal);
        Assert.Contains("Allow the portal's address", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("Allow DPS", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("No keys yet", keys, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picker_does_not_ask_for_a_first_key_while_a_vault_is_unread()
    {
        Fake.Unread.Add(new VaultStatus("kv-closed", new VaultCondition.Silent(KeyAccessCause.VaultTimedOut, Some.Now)));

        var text = TextOf(Open<KeyPicker>(it => it.Add(one => one.Choice, new KeyChoice()).Add(one => one.Fault, null).Add(one => one.OnChange, () => { })));

        Assert.Contains("not every vault could be read", text, StringComparison.Ordinal);
        Assert.DoesNotContain("There is no key in the configured vaults yet", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_vault_is_left_the_form_for_a_key_says_so()
    {
        Fake.Vaults.Clear();

        Assert.Contains("No vault can take a key now", TextOf(Open<NewKeyPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_day_until_which_a_key_can_be_recovered_is_written_as_the_reader_writes_it()
    {
        Speak("es");
        Put("key deleted");

        Assert.Contains("recuperable hasta el 19/02/2027", TextOf(Open<DashboardPage>()), StringComparison.Ordinal);
    }

    private void Put(string state)
    {
        var (absence, access) = States[state];
        Fake.Instances.Add(Some.Instance(access: access, drift: VersionDrift.NotKnown) with { CurrentVersion = null, Absence = absence });
        Fake.Absent.AddRange(ListOf(state).Absent);
        if (absence is KeyAbsence.VaultUnread(var condition))
        {
            Fake.Vaults.Clear();
            Fake.Unread.Add(new VaultStatus(Some.Vault.Name, condition));
        }
    }

    private static KeyList ListOf(string state)
    {
        var (absence, access) = States[state];
        var condition = absence is KeyAbsence.VaultUnread(var unread) ? unread : new VaultCondition.Answers();
        return new KeyList([], [Some.Absent(absence, Some.Dependent(access: access))], [new VaultStatus(Some.Vault.Name, condition)], Some.Now);
    }
}
