using Bunit;
using DpsPortal.Common;
using DpsPortal.Features.Rekey;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed class RekeyPageTests : PageTests
{
    public RekeyPageTests()
    {
        Fake.Instances.Add(Some.Instance());
        Fake.Keys.Add(Some.KeyDetail());
    }

    private IRenderedComponent<RekeyPage> OpenRekey(KeyIdentifier? chosen = null, string name = "dps-contoso-prod")
    {
        Services.GetRequiredService<NavigationManager>()
            .NavigateTo($"/instances/{name}/rekey{(chosen is null ? "" : $"?key={Uri.EscapeDataString(chosen.ToString())}")}");
        var page = Open<RekeyPage>(rekey => rekey.Add(it => it.Name, name));
        if (page.FindAll("textarea") is [var reason])
        {
            reason.Input("To a clean key");
        }

        return page;
    }

    private static string? Blocked(IRenderedComponent<RekeyPage> page) =>
        Button(page, "Change key") is var button && IsDisabled(button) ? Description(page, button) : null;

    [Fact]
    public void Before_a_key_is_chosen_it_says_which_one_it_is_now_and_the_button_is_shut()
    {
        var page = OpenRekey();

        Assert.Contains("Key now kv-contoso-prod/kek-dps-prod Key version Versionless: follows rotations", TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("2. What will happen", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Choose a key to which the instance can move first.", Blocked(page));
    }

    [Fact]
    public void An_instance_without_access_is_said_not_to_move_before_a_key_is_chosen()
    {
        Fake.Instances[0] = Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.VersionDisabled) with { Records = RecordAccess.Refused });

        Assert.Contains("Restore it first, then move the instance.", TextOf(OpenRekey()), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_reason_it_stays_shut()
    {
        var page = OpenRekey(Some.CleanKey);
        Assert.Null(Blocked(page));

        page.Find("textarea").Input("why");

        Assert.Equal("Give a reason of 5 to 500 characters.", Blocked(page));
    }

    [Fact]
    public void Before_the_button_it_says_from_where_to_where_what_stays_and_what_comes_next()
    {
        var text = TextOf(OpenRekey(Some.CleanKey));

        Assert.Contains(
            "id-dps-contoso-prod gets the role “Key Vault Crypto Service Encryption User” on kv-contoso-clean/kek-dps-new", text, StringComparison.Ordinal);
        Assert.Contains(
            "From kv-contoso-prod/kek-dps-prod (3b8e2d2e) · Versionless To kv-contoso-clean/kek-dps-new (4c9f3e3f) · Versionless", text,
            StringComparison.Ordinal);
        Assert.Contains("Instance keys re-wrapped 1 Records rewritten None. Reads and writes go on meanwhile.", text, StringComparison.Ordinal);
        Assert.Contains("Devices Keep working.", text, StringComparison.Ordinal);
        Assert.Contains("The old key afterwards Wraps no instance key any more.", text, StringComparison.Ordinal);
        Assert.Contains("Way back Move it back the same way", text, StringComparison.Ordinal);
        Assert.Contains("What to do next Read every record, then retire the old key", text, StringComparison.Ordinal);
        Assert.Contains("the instance key itself stays.", text, StringComparison.Ordinal);
        Assert.Contains("Key version A rotation re-wraps this instance by itself.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("in the same vault", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_in_Spanish()
    {
        Speak("es");

        Assert.Contains("Claves de instancia reencapsuladas 1 Registros reescritos Ninguno.", TextOf(OpenRekey(Some.CleanKey)), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_instances_that_still_need_the_old_key_are_named()
    {
        Fake.RekeyPlan = key => Some.RekeyPlan(key, "dps-contoso-pilot", "dps-contoso-south");

        Assert.Contains(
            "The old key afterwards Still needed by 2 other instances: dps-contoso-pilot, " +
            "dps-contoso-south.", TextOf(OpenRekey(Some.CleanKey)), StringComparison.Ordinal);
    }

    [Fact]
    public void Pinning_to_the_version_in_use_re_wraps_nothing_and_says_what_pinned_means()
    {
        var text = TextOf(OpenRekey(Some.V3));

        Assert.Contains("Nothing is re-wrapped, because the same version wraps the instance key already.", text, StringComparison.Ordinal);
        Assert.Contains("Instance keys re-wrapped 0", text, StringComparison.Ordinal);
        Assert.Contains("The old version afterwards Stays in use", text, StringComparison.Ordinal);
        Assert.Contains("Key version Stays on this version.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("What to do next", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_key_in_the_same_vault_is_pointed_out() =>
        Assert.Contains("The new key is in the same vault.", TextOf(OpenRekey(KeyIdentifier.Create(Some.Vault.Uri, "kek-dps-next"))), StringComparison.Ordinal);

    [Fact]
    public void The_button_starts_what_was_shown_and_leads_to_the_operation()
    {
        var page = OpenRekey(Some.CleanKey);
        Assert.Null(Blocked(page));

        Button(page, "Change key").Click();

        Assert.Equal([$"rekey dps-contoso-prod {Some.V3} {Some.CleanKey}: To a clean key"], Fake.Calls);
        Assert.EndsWith($"/operations/{Some.OperationId}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServiceRefusals.NothingToRekey, "the instance has exactly this key already")]
    [InlineData(ServiceRefusals.VaultUnknown, "this vault is not configured here")]
    [InlineData(ProvisioningRefusals.PurgeProtectionMissing, "its vault has no purge protection")]
    [InlineData(ProvisioningRefusals.KeyDisabled, "the version is disabled. Enable it, or choose another one.")]
    [InlineData(ProvisioningRefusals.RekeyNeedsCurrentKey, "Restore it first, then move the instance.")]
    public void A_key_to_which_it_cannot_move_is_explained_and_shuts_the_button(string code, string text)
    {
        Fake.RekeyPlan = _ => new Refusal(code, "Key", Some.V3.ToString());
        var page = OpenRekey(Some.CleanKey);

        Assert.Contains(text, TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Choose a key to which the instance can move first.", Blocked(page));
    }

    [Theory]
    [InlineData(
        "en", "A revocation took the role of id-dps-contoso-prod on kv-contoso-clean/kek-dps-new away: Approver, 2026-11-23 09:00:00 UTC, “Key leaked.”.",
        "Open the revocation")]
    [InlineData(
        "es", "Una revocación quitó el rol de id-dps-contoso-prod en kv-contoso-clean/kek-dps-new: Aprobador, 2026-11-23 09:00:00 UTC, «Key leaked.».",
        "Abrir la revocación")]
    public void A_key_from_which_a_revocation_keeps_its_identity_is_explained_with_the_way_to_the_revocation(string language, string text, string link)
    {
        Speak(language);
        Fake.RekeyPlan = _ => new Refusal(
            ServiceRefusals.RoleIsRevoked, "Key", Some.OperationId.ToString(), "Approver", Some.Now.ToString("O"), "Key leaked.", "id-dps-contoso-prod",
            Some.CleanKey.ToString());

        var page = OpenRekey(Some.CleanKey);

        Assert.Contains(text, TextOf(page), StringComparison.Ordinal);
        Assert.Equal(link, page.Find($"a[href='/operations/{Some.OperationId}']").TextContent);
    }

    [Fact]
    public void A_pasted_identifier_that_is_none_is_explained_at_the_field_and_another_one_is_planned()
    {
        var page = OpenRekey();
        page.FindComponent<KeyPicker>().Instance.Choice.Paste = true;
        page.Render();
        Paste("kek-dps-new");
        Assert.Contains("paste an identifier of the form", TextOf(page), StringComparison.Ordinal);

        Paste($" {Some.CleanVersion} ");

        Assert.DoesNotContain("paste an identifier of the form", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("To kv-contoso-clean/kek-dps-new (4c9f3e3f) · Pinned", TextOf(page), StringComparison.Ordinal);

        void Paste(string identifier)
        {
            page.Find("input[type=text]").Input(identifier);
            page.Find("input[type=text]").Change(identifier);
        }
    }

    [Fact]
    public void Pinning_in_the_list_plans_anew()
    {
        var page = OpenRekey(Some.Key.WithVersion(Some.V2.Version!).Versionless);

        page.FindAll("input[name=mode]")[1].Change(true);
        Clock.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Contains("To kv-contoso-prod/kek-dps-prod (3b8e2d2e) · Pinned", TextOf(page), StringComparison.Ordinal));
    }

    /// <summary>A plan that went at once would move the buttons below it while one of them is being clicked.</summary>
    [Fact]
    public void A_plan_that_no_longer_holds_stays_for_the_length_of_a_click_and_cannot_be_carried_out()
    {
        var page = OpenRekey(Some.Key.WithVersion(Some.V2.Version!).Versionless);

        page.FindAll("input[name=mode]")[1].Change(true);

        Assert.Contains("(3b8e2d2e) · Versionless", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Choose a key to which the instance can move first.", Blocked(page));
    }

    [Fact]
    public void Of_two_quick_choices_the_first_does_not_take_away_the_plan_of_the_last()
    {
        var page = OpenRekey(Some.Key.WithVersion(Some.V2.Version!).Versionless);
        page.FindAll("input[name=mode]")[1].Change(true);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        page.FindAll("input[name=mode]")[0].Change(true);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        page.WaitForAssertion(() => Assert.Null(Blocked(page)));

        var slow = new TaskCompletionSource();
        Fake.Gate = slow.Task;
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        page.InvokeAsync(() => Button(page, "Change key").Click());
        slow.SetResult();

        var navigation = Services.GetRequiredService<NavigationManager>();
        page.WaitForAssertion(() => Assert.EndsWith($"/operations/{Some.OperationId}", navigation.Uri, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PortalRole.DpsOperator)]
    [InlineData(PortalRole.Approver)]
    [InlineData(PortalRole.Auditor)]
    public void Who_may_not_may_look_at_the_plan(PortalRole role)
    {
        Role = role;
        var page = OpenRekey(Some.CleanKey);

        Assert.Contains("Instance keys re-wrapped 1", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Only the role Key custodian can do this.", Blocked(page));
    }

    [Fact]
    public void A_refused_start_says_why_and_shows_what_it_is_now()
    {
        var page = OpenRekey(Some.CleanKey);
        Fake.RefuseChanges = new Refusal(ServiceRefusals.InstanceKeyChanged, null, Some.V2.ToString());
        Fake.RekeyPlan = key => Some.RekeyPlan(key) with { From = Some.V2 };

        Button(page, "Change key").Click();

        Assert.Contains(
            "changed while you were reading: kv-contoso-prod/kek-dps-prod (2a7d1c1d) wraps it now.", Collapse(page.Find("[role=alert]").TextContent),
            StringComparison.Ordinal);
        Assert.Contains("From kv-contoso-prod/kek-dps-prod (2a7d1c1d)", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_cannot_be_read_can_be_tried_again()
    {
        Fake.RekeyPlan = _ => throw new HttpRequestException();
        var page = OpenRekey(Some.CleanKey);
        Assert.Contains("This could not be read", TextOf(page), StringComparison.Ordinal);

        Fake.RekeyPlan = null;
        Button(page, "Try again").Click();

        Assert.Contains("Instance keys re-wrapped 1", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_older_than_a_minute_shuts_the_button()
    {
        var page = OpenRekey(Some.CleanKey);

        // The reading time of the fake stays where it was, as when every further read fails.
        Clock.Advance(TimeSpan.FromSeconds(65));

        // Thirteen ticks of a page with lists in it: a busy machine needs a while.
        page.WaitForAssertion(() => Assert.Equal("The data is more than 60 s old. Refresh first.", Blocked(page)), TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("nowhere", "No such instance")]
    [InlineData("dps-contoso-lab", "One layer, under a key that Microsoft manages.")]
    public void An_unknown_instance_and_one_without_a_customer_managed_key_have_nothing_to_choose(string name, string text)
    {
        Fake.Instances.Add(Some.MicrosoftManaged());

        Assert.Contains(text, TextOf(OpenRekey(name: name)), StringComparison.Ordinal);
    }
}
