using Bunit;
using DpsPortal.Features.Dashboard;
using DpsPortal.Features.Instances;
using DpsPortal.Features.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

/// <summary>What somebody on call asks first: what is so, since when, who did it, and what to do.</summary>
public sealed class WhoAndWhenTests : PageTests
{
    private const string Instance = "dps-contoso-prod";

    private static readonly KeyAccessStatus Denied = Some.Access(
        KeyAccess.Revoked, KeyAccessCause.RoleMissing, "ForbiddenByRbac") with { Since = Some.Now.AddMinutes(-3) };

    private static readonly AccessLoss ByRevoke = new(
        Some.Now.AddMinutes(-3), AccessLossOrigin.Here, Some.OperationId, Some.Person(PortalRole.KeyCustodian), Some.Now.AddMinutes(-4));

    private static readonly AccessLoss Outside = new(Some.Now.AddMinutes(-3), AccessLossOrigin.Outside);

    private string Head(KeyDetail key)
    {
        Fake.Keys.Add(key);
        return Collapse(string.Join(' ', OpenKey().FindAll(".status p").Select(line => line.TextContent)));
    }

    private IRenderedComponent<KeyPage> OpenKey() => Open<KeyPage>(page => page.Add(it => it.Vault, "kv-contoso-prod").Add(it => it.Name, "kek-dps-prod"));

    private static KeyDetail WithDates(KeyAvailability availability, DateTimeOffset? changed, DateTimeOffset? expires = null, DateTimeOffset? notBefore = null)
    {
        var key = Some.KeyDetail(availability, expires: expires, notBefore: notBefore);
        return key with { Versions = [key.Current with { ChangedAt = changed }, .. key.Versions.Skip(1)] };
    }

    /// <summary>Without the line that says the date itself.</summary>
    private static string Dated(string head) => head.Replace("It expired on 2 Nov 2026. Rotate it to wrap again. ", "", StringComparison.Ordinal);

    /// <summary>Once more, after another page.</summary>
    private IRenderedComponent<KeyPage> ShowKey() => Render<KeyPage>(page => page.Add(it => it.Vault, "kv-contoso-prod").Add(it => it.Name, "kek-dps-prod"));

    [Theory]
    [InlineData(KeyVersionUse.Unused, "Safe to disable, unless")]
    [InlineData(KeyVersionUse.Retiring, "an earlier one may.")]
    [InlineData(KeyVersionUse.Unknown, null)]
    public void Only_what_is_known_to_be_unused_is_called_safe(KeyVersionUse use, string? said)
    {
        var key = Some.KeyDetail();
        Fake.Keys.Add(key with { Versions = [key.Current, Some.Version(Some.V1, use: use) with { LeftBefore = Some.Now }] });

        var text = TextOf(OpenKey());

        Assert.Equal(said is not null && said.StartsWith("Safe", StringComparison.Ordinal), text.Contains("Safe to disable, unless", StringComparison.Ordinal));
        Assert.Equal(
            said is not null && said.StartsWith("an earlier", StringComparison.Ordinal), text.Contains("an earlier one may.", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_vault_would_not_open_any_more_is_said_before_DPS_notices()
    {
        var at = Some.KeyDetail();
        Fake.Keys.Add(at with { Dependents = [Some.Dependent() with { ShutBy = KeyAccessCause.RoleMissing }] });

        var text = TextOf(OpenKey());

        Assert.Contains("Enabled, but some instances are about to lose access.", text, StringComparison.Ordinal);
        Assert.Contains("1 instance still reads by what DPS has in memory; the vault shows the key as shut for it", text, StringComparison.Ordinal);
        Assert.Contains("The vault may honour it for some minutes more.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Current.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_revoked_key_says_since_when_by_whom_and_what_gives_access_back()
    {
        Fake.Keys.Add(Some.KeyDetail(KeyAvailability.Disabled, [Some.Dependent(access: Denied)], Some.OperationId));

        var text = TextOf(OpenKey());

        Assert.Contains("Revoked. 1 instance", text, StringComparison.Ordinal);
        Assert.Contains("What to do: To give access back, choose “Restore access” below.", text, StringComparison.Ordinal);
        Assert.Contains("Revoked by Key custodian (sample).", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("23 Nov 2026, 08:56:00 UTC · Open operation").Length);
    }

    [Fact]
    public void A_revoke_that_runs_is_said_to_run_and_is_nobody_elses()
    {
        Fake.Operations.Add(Some.Operation(OperationKind.Revoke, OperationState.Running));

        var head = Head(Some.KeyDetail(KeyAvailability.Disabled, [Some.Dependent(access: Denied)]));

        Assert.Contains("Access is being revoked.", head, StringComparison.Ordinal);
        Assert.DoesNotContain("outside the portal", head, StringComparison.Ordinal);
        Assert.Contains("Since 23 Nov 2026, 08:59:52 UTC · by Key custodian (sample) · Open operation", head, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_a_damaged_operation_nobody_is_named_for_a_disabled_key_and_an_enabled_one_is_not_called_good()
    {
        var damaged = Some.KeyDetail(KeyAvailability.Disabled, [Some.Dependent(access: Denied)]) with { Unreadable = [Some.OperationId] };

        var head = Head(damaged);

        Assert.DoesNotContain("outside the portal", head, StringComparison.Ordinal);
        Assert.DoesNotContain("“Enable”", head, StringComparison.Ordinal);
        Assert.Contains("by whom is not known here", head, StringComparison.Ordinal);
        Assert.NotEqual(DpsPortal.Common.Tone.Good, KeyStatus.Of(Some.KeyDetail() with { Unreadable = [Some.OperationId] }, Some.Now).Tone);
    }

    [Fact]
    public void A_key_disabled_elsewhere_says_since_when_at_the_latest_and_offers_to_enable_it()
    {
        var key = Some.KeyDetail(KeyAvailability.Disabled, [Some.Dependent(access: Denied)]);

        var head = Head(key with { Versions = [key.Current with { ChangedAt = Some.Now.AddMinutes(-9) }, .. key.Versions.Skip(1)] });

        Assert.Contains("Disabled outside the portal.", head, StringComparison.Ordinal);
        Assert.Contains("Since 23 Nov 2026, 08:51:00 UTC at the latest · outside the portal; the vault's log says by whom", head, StringComparison.Ordinal);
        Assert.Contains("What to do: If it was not meant, choose “Enable” at the version below.", head, StringComparison.Ordinal);
        Assert.NotNull(Button(ShowKey(), "Enable"));
    }

    [Fact]
    public void A_retired_key_says_who_retired_it()
    {
        var retired = Some.KeyDetail(KeyAvailability.Disabled, []) with { Retired = new(Some.Person(PortalRole.KeyCustodian), Some.Now.AddDays(-1)) };

        Assert.Contains("Since 22 Nov 2026, 09:00:00 UTC · by Key custodian (sample)", Head(retired), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disabled_key_is_not_called_retired_while_an_instance_may_have_it()
    {
        var head = Head(Some.KeyDetail(KeyAvailability.Disabled, []) with { Unmatched = [new UnmatchedUse("dps-lost", Some.CleanVersion)] });

        Assert.Contains("Disabled: its current version. Whether an instance depends on this key is not known.", head, StringComparison.Ordinal);
        Assert.Contains("by whom is not known here", head, StringComparison.Ordinal);
        Assert.Contains(
            "What to do: Find out whether an instance that is named below needs it. If one does, choose “Enable” at the version below.", head,
            StringComparison.Ordinal);
        Assert.Contains("tone-warning", ShowKey().Find(".status").ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_key_says_since_when_and_what_to_do()
    {
        var head = Head(WithDates(KeyAvailability.Expired, changed: Some.Now.AddDays(-30), expires: Some.Now.AddDays(-21)));

        Assert.Contains(
            "Since 2 Nov 2026, 09:00:00 UTC · by its own date What to do: Rotate the key: its instances are wrapped under the new version.", Dated(head),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_was_made_with_a_date_to_come_is_not_valid_by_its_date_since_it_was_made() => Assert.Contains(
        "Since 14 Nov 2026, 09:00:00 UTC · by its own date", Head(
            WithDates(KeyAvailability.NotYetValid, changed: Some.Now.AddDays(-9), notBefore: Some.Now.AddDays(3))), StringComparison.Ordinal);

    /// <summary>What came after the date may have been the date itself, moved into the past or the future.</summary>
    [Theory]
    [InlineData(KeyAvailability.Expired)]
    [InlineData(KeyAvailability.NotYetValid)]
    public void A_key_that_was_changed_since_does_not_owe_its_state_to_its_date_for_certain(KeyAvailability availability)
    {
        var head = Head(WithDates(availability, changed: Some.Now.AddMinutes(-9), expires: Some.Now.AddDays(-21), notBefore: Some.Now.AddDays(3)));

        Assert.Contains("Since 23 Nov 2026, 08:51:00 UTC at the latest · by whom is not known here; the vault's log says", head, StringComparison.Ordinal);
        Assert.DoesNotContain("by its own date", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyAvailability.Expired)]
    [InlineData(KeyAvailability.NotYetValid)]
    public void Of_a_key_of_which_the_vault_does_not_say_when_it_was_changed_nothing_is_known(KeyAvailability availability) => Assert.Contains(
        "Since when is not known · by whom is not known here",
        Head(WithDates(availability, changed: null, expires: Some.Now.AddDays(-21), notBefore: Some.Now.AddDays(3))),
        StringComparison.Ordinal);

    [Fact]
    public void An_expired_key_of_which_a_revocation_stands_does_not_say_that_nothing_was_taken()
    {
        var key = WithDates(KeyAvailability.Expired, changed: Some.Now.AddDays(-30), expires: Some.Now.AddDays(-21)) with { Revocations = [Some.Revocation()] };

        Assert.Contains("· by its own date What to do:", Dated(Head(key)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_enabled_key_that_some_cannot_use_is_not_called_current_and_nothing_more()
    {
        Fake.Losses["b"] = Outside;

        var head = Head(Some.KeyDetail(dependents: [Some.Dependent("a"), Some.Dependent("b", Denied), Some.Dependent("c", Denied)]));

        Assert.DoesNotContain("Current.", head, StringComparison.Ordinal);
        Assert.Contains("Enabled, but not every instance can use it.", head, StringComparison.Ordinal);
        Assert.Contains(
            "b: In this state since 23 Nov 2026, 08:57:00 UTC. Withdrawn outside the portal, noticed 23 Nov 2026, 08:57:00 UTC", head,
            StringComparison.Ordinal);
        Assert.Contains("c: In this state since 23 Nov 2026, 08:57:00 UTC. By whom is not known", head, StringComparison.Ordinal);
        Assert.Contains("What to do: Restore the role assignment", head, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_on_the_key_is_shown_with_who_began_it_and_when()
    {
        Fake.Keys.Add(Some.KeyDetail());
        Fake.Operations.Add(Some.Operation(OperationKind.Restore, OperationState.Waiting));

        Assert.Contains("Key custodian (sample) · 23 Nov 2026, 08:59:52 UTC", TextOf(OpenKey()), StringComparison.Ordinal);
    }

    public static TheoryData<KeyAbsence, string> Absences { get; } = new()
    {
        { new KeyAbsence.Deleted(
            Some.Now.AddDays(-2), Some.Now.AddDays(88)), "That was done outside the portal, which deletes no key and no vault; the vault's log says by whom." },
        { new KeyAbsence.VaultUnread(new VaultCondition.Deleted(
            Some.Now, Some.Now, "westus2", "/s")), "That was done outside the portal, which deletes no key and no vault; the vault's log says by whom." },
        { new KeyAbsence.DoesNotExist(), "That was done outside the portal, which deletes no key and no vault. Since when is not known." },
        { new KeyAbsence.VaultUnread(new VaultCondition.Refuses(
            KeyAccessCause.FirewallDenied, "ForbiddenByFirewall", Some.Now)), "By whom is not known; the portal changes no network settings." },
        { new KeyAbsence.VaultUnread(new VaultCondition.Silent(KeyAccessCause.VaultTimedOut, Some.Now)), "By whom, if by anybody, is not known." },
        { new KeyAbsence.VaultNotConfigured(), "By whom, if by anybody, and since when is not known." },
    };

    [Theory]
    [MemberData(nameof(Absences))]
    public void A_key_that_is_not_shown_says_what_is_known_of_who_did_it(KeyAbsence absence, string who)
    {
        Fake.Absent.Add(Some.Absent(absence, Some.Dependent()));
        if (absence is KeyAbsence.VaultUnread(var condition))
        {
            Fake.Vaults.Clear();
            Fake.Unread.Add(new VaultStatus(Some.Vault.Name, condition));
        }

        var page = OpenKey();

        Assert.Contains(who, TextOf(page), StringComparison.Ordinal);
        Assert.Contains("activity", page.Find("a[href^='/activity?subject=']").TextContent, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(who, TextOf(Render<DashboardPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_by_a_revoke_names_it_on_dashboard_and_instance_page()
    {
        Fake.Losses[Instance] = ByRevoke;
        const string Said = "In this state since 23 Nov 2026, 08:57:00 UTC. Revoked here by Key custodian (sample), 23 Nov 2026, 08:56:00 UTC · Open operation";
        Fake.Instances.Add(Some.Instance(access: Denied));

        var dashboard = Open<DashboardPage>();
        Assert.Contains(Said, TextOf(dashboard), StringComparison.Ordinal);
        Assert.NotNull(dashboard.Find($".attention a[href='/operations/{Some.OperationId}']"));

        var page = Render<InstancePage>(it => it.Add(one => one.Name, Instance));
        Assert.Contains("Revoked here by Key custodian (sample), 23 Nov 2026, 08:56:00 UTC · Open operation", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_the_log_has_not_got_yet_is_put_down_to_the_revocation_that_keeps_the_instance_out()
    {
        Fake.Revocations.Add(Some.Revocation());
        Fake.Instances.Add(Some.Instance(access: Denied));

        Assert.Contains("Revoked here by Key custodian (sample), 23 Nov 2026, 08:56:00 UTC", TextOf(Open<DashboardPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void What_keeps_an_instance_out_now_is_named_beside_what_took_its_access_before()
    {
        Fake.Losses[Instance] = new AccessLoss(Some.Now.AddMinutes(-9), AccessLossOrigin.Outside);
        Fake.Revocations.Add(Some.Revocation());
        Fake.Instances.Add(Some.Instance(access: Denied));
        const string Said = "noticed 23 Nov 2026, 08:51:00 UTC . Also revoked here by Key custodian (sample), 23 Nov 2026, 08:56:00 UTC";

        var dashboard = Open<DashboardPage>();
        Assert.Contains(Said, TextOf(dashboard), StringComparison.Ordinal);
        Assert.Contains("See and restore", TextOf(dashboard), StringComparison.Ordinal);
        Assert.Contains(Said, TextOf(Render<InstancePage>(it => it.Add(one => one.Name, Instance))), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_revokes_the_one_that_still_stands_is_named()
    {
        Fake.Losses[Instance] = ByRevoke with { Revoke = Guid.NewGuid() };
        Fake.Revocations.Add(Some.Revocation());
        Fake.Instances.Add(Some.Instance(access: Denied));

        Assert.NotNull(Open<DashboardPage>().Find($".attention a[href='/operations/{Some.Revocation().Operation}']"));
    }

    [Fact]
    public void A_disabled_version_that_DPS_was_told_not_to_wrap_under_is_not_said_to_be_disabled_by_others()
    {
        var key = Some.KeyDetail(KeyAvailability.Disabled);
        Fake.Keys.Add(key with { Versions = [key.Current with { FencedSince = Some.Now.AddHours(-1) }, .. key.Versions.Skip(1)] });

        Assert.DoesNotContain("outside the portal", TextOf(OpenKey()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_is_outside_the_portal_only_where_that_is_on_record()
    {
        Fake.Instances.Add(Some.Instance(access: Denied));

        var text = TextOf(Open<DashboardPage>());
        Assert.Contains("By whom is not known", text, StringComparison.Ordinal);
        Assert.DoesNotContain("outside the portal", text, StringComparison.Ordinal);

        Fake.Losses[Instance] = Outside;
        Assert.Contains("Withdrawn outside the portal, noticed 23 Nov 2026, 08:57:00 UTC", TextOf(Render<DashboardPage>()), StringComparison.Ordinal);
        Assert.Contains(
            "Withdrawn outside the portal, noticed 23 Nov 2026, 08:57:00 UTC",
            TextOf(Render<InstancePage>(it => it.Add(one => one.Name, Instance))),
            StringComparison.Ordinal);

        Fake.Losses[Instance] = Outside with { Origin = AccessLossOrigin.NotKnown };
        Assert.Contains("By whom is not known", TextOf(Render<DashboardPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_reason_of_a_revoke_is_told_in_the_readers_language()
    {
        Fake.Keys.Add(Some.KeyDetail(KeyAvailability.Disabled, revocation: Some.OperationId));
        Assert.Contains("End of contract: the contract ended on Friday", TextOf(OpenKey()), StringComparison.Ordinal);

        Speak("es");

        Assert.Contains("Fin de contrato: the contract ended on Friday", TextOf(ShowKey()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ContractEnd: text", "End of contract: text")]
    [InlineData("Fin de contrato: texto", "End of contract: texto")]
    [InlineData("Prueba: texto", "Test: texto")]
    [InlineData("1: text", "1: text")]
    [InlineData("What is this: text", "What is this: text")]
    [InlineData("", "")]
    public void A_reason_is_a_code_and_words_and_the_older_form_is_read_as_well(string stored, string told) =>
        Assert.Equal(
            told,
            new DpsPortal.Common.Words(Services.GetRequiredService<Microsoft.Extensions.Localization.IStringLocalizer<DpsPortal.Resources.Texts>>())
                .Reason(stored));

    [Fact]
    public void A_notice_names_keys_by_vault_and_name_and_not_by_an_address_that_may_have_changed()
    {
        var old = KeyIdentifier.Parse("https://kv-contoso-prod.vault.localhost:9999/keys/kek-dps-prod/3b8e2d2ebc506f81bad4c9e7f6051c32");
        Fake.Keys.Add(Some.KeyDetail(KeyAvailability.Disabled) with { Revocations = [
            Some.Revocation() with { Changes = [new(new(DpsPortal.Services.Impact.VaultChangeKind.DisableVersion, old.ToString()), HoldState.InForce)] },
        ] });

        var text = TextOf(OpenKey());

        Assert.Contains("kv-contoso-prod/kek-dps-prod (3b8e2d2e)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("9999", text, StringComparison.Ordinal);
    }
}
