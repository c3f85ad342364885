using Bunit;
using DpsPortal.Features.Instances.Creation;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed class NewInstancePageTests : PageTests
{
    public NewInstancePageTests()
    {
        Role = PortalRole.DpsOperator;
        Fake.Keys.Add(Some.KeyDetail());
        Fake.Instances.Add(Some.Instance());
    }

    private static void Next(IRenderedComponent<NewInstancePage> page) => Button(page, "Next").Click();

    private static string Step(IRenderedComponent<NewInstancePage> page) => Collapse(page.Find("#step-heading").TextContent);

    private static NewInstanceForm Form(IRenderedComponent<NewInstancePage> page) => page.FindComponent<BasicsStep>().Instance.Form;

    private IRenderedComponent<NewInstancePage> OpenAtBasics(string next = "Next")
    {
        var page = Open<NewInstancePage>();
        Button(page, next).Click();
        return page;
    }

    private IRenderedComponent<NewInstancePage> OpenAtChecks()
    {
        var page = OpenAtBasics();
        FillIn(page);
        return page;
    }

    private static void FillIn(IRenderedComponent<NewInstancePage> page, string next = "Next")
    {
        var form = Form(page);
        (form.Name, form.ResourceGroup, form.Location, form.KeyChoice.Picked) = ("dps-new", "rg-contoso", "westus2", Some.Key);
        Button(page, next).Click();
        Button(page, next).Click();
        Button(page, next).Click();
    }

    /// <summary>It would move the buttons below while one of them is being clicked.</summary>
    [Fact]
    public void A_fault_that_has_been_mended_is_struck_out_where_it_stands()
    {
        var page = OpenAtBasics();
        Next(page);

        page.FindAll("input")[0].Input("dps-new");

        Assert.Contains("2 things to correct", TextOf(page), StringComparison.Ordinal);
        Assert.Equal(3, page.FindAll("[role=alert] li").Count);
        Assert.StartsWith("Instance name: use", Collapse(Assert.Single(page.FindAll(".mended")).TextContent), StringComparison.Ordinal);
        Next(page);
        Assert.Equal(2, page.FindAll("[role=alert] li").Count);
    }

    [Fact]
    public void With_every_fault_mended_it_says_so()
    {
        var page = OpenAtBasics();
        (Form(page).ResourceGroup, Form(page).Location) = ("rg-contoso", "westus2");
        Next(page);

        page.FindAll("input")[0].Input("dps-new");

        Assert.Contains("All corrected.", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pasted_key_of_a_vault_without_purge_protection_is_refused_where_it_is_pasted()
    {
        Fake.Unsuitable[Some.Key] = new Refusal(ProvisioningRefusals.PurgeProtectionMissing, "Key", "kv-contoso-prod");
        var page = OpenAtBasics();
        var form = Form(page);
        (form.Name, form.ResourceGroup, form.Location) = ("dps-new", "rg-contoso", "westus2");
        (form.KeyChoice.Paste, form.KeyChoice.Pasted) = (true, Some.V3.ToString());
        Next(page);

        Next(page);

        Assert.Equal("Encryption", Step(page));
        Assert.Contains("its vault has no purge protection", TextOf(page), StringComparison.Ordinal);
        Assert.Empty(Fake.Calls);
    }

    [Fact]
    public void The_second_click_of_a_double_click_does_not_press_what_stands_there_after_the_first()
    {
        var page = Open<NewInstancePage>();

        Button(page, "Next").Click(new MouseEventArgs { Detail = 1 });
        Button(page, "Next").Click(new MouseEventArgs { Detail = 2 });

        Assert.Equal("Basics", Step(page));
        Assert.DoesNotContain("to correct", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_is_named_after_the_instance_until_somebody_names_it()
    {
        var form = new NewInstanceForm { Name = "dps-first" };
        form.SuggestIdentity();
        form.Name = "dps-second";
        form.SuggestIdentity();
        Assert.Equal("id-dps-second", form.IdentityName);

        form.IdentityName = "id-mine";
        form.SuggestIdentity();
        Assert.Equal("id-mine", form.IdentityName);
    }

    [Fact]
    public void A_choice_from_a_list_counts_when_it_is_made_though_the_browser_has_not_answered_yet()
    {
        var page = OpenAtBasics();
        JSInterop.SetupVoid("mudKeyInterceptor.updatekey", _ => true);
        page.FindAll("input")[0].Input("dps-new");
        page.FindAll("input")[1].Input("rg-contoso");
        page.Find(".mud-select .mud-input-control").MouseDown();
        Overlays[0].WaitForElements(".mud-list-item").Single(item => Collapse(item.TextContent) == "West US 2").Click();

        Next(page);

        Assert.Equal("Encryption", Step(page));
    }

    [Fact]
    public void Before_the_first_field_it_says_what_cannot_be_undone()
    {
        var text = TextOf(Open<NewInstancePage>());

        Assert.Contains("A customer-managed key is only possible for a new instance.", text, StringComparison.Ordinal);
        Assert.Contains("The new instance gets a new ID scope that never changes.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Instance name: use 3 to 50 letters")]
    [InlineData("ab", "Instance name: use 3 to 50 letters")]
    [InlineData("-abc", "Instance name: use 3 to 50 letters")]
    [InlineData("under_score", "Instance name: use 3 to 50 letters")]
    [InlineData("dps-contoso-prod", "Instance name: an instance with this name exists.")]
    [InlineData("DPS-CONTOSO-PROD", "Instance name: an instance with this name exists.")]
    public void A_bad_name_is_explained_at_the_field_before_anything_is_asked(string name, string text)
    {
        var page = OpenAtBasics();
        var form = Form(page);
        (form.Name, form.ResourceGroup, form.Location) = (name, "rg-contoso", "westus2");

        Next(page);

        Assert.Equal("Basics", Step(page));
        Assert.Contains(
            text, Collapse(page.Find(".mud-input-error, .mud-input-helper-text.mud-input-error").ParentElement!.TextContent + TextOf(page)),
            StringComparison.Ordinal);
        Assert.Empty(Fake.Calls);
    }

    [Fact]
    public void Every_fault_of_a_step_is_named_at_once()
    {
        var page = OpenAtBasics();

        Next(page);

        var alert = Collapse(page.Find("[role=alert]").TextContent);
        Assert.Contains("3 things to correct", alert, StringComparison.Ordinal);
        Assert.Contains("Resource group: use 1 to 90", alert, StringComparison.Ordinal);
        Assert.Contains("Location: choose an Azure region", alert, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kek-dps-prod")]
    [InlineData("http://kv-contoso-prod.vault.localhost/keys/kek-dps-prod")]
    [InlineData("https://kv-contoso-prod.vault.localhost/secrets/kek-dps-prod")]
    [InlineData("https://kv-contoso-prod.vault.localhost/keys/kek-dps-prod/notaversion")]
    public void A_pasted_identifier_that_is_none_is_explained(string pasted)
    {
        var page = OpenAtBasics();
        var form = Form(page);
        (form.Name, form.ResourceGroup, form.Location, form.KeyChoice.Paste, form.KeyChoice.Pasted) = ("dps-new", "rg-contoso", "westus2", true, pasted);
        Next(page);

        Next(page);

        Assert.Equal("Encryption", Step(page));
        Assert.Contains(
            "paste an identifier of the form https://<vault>/keys/<name>/<version>.", Collapse(page.Find("[role=alert]").TextContent),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_check_blocks_the_way_with_its_remedy_and_can_be_repeated()
    {
        Fake.Checks = Some.Checks((CreationCheckName.PurgeProtection, new Refusal(ProvisioningRefusals.PurgeProtectionMissing)));
        var page = OpenAtChecks();

        Assert.Contains("Key: its vault has no purge protection", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Every check has to pass first.", Description(page, Button(page, "Next")));

        Fake.Checks = Some.Checks();
        Button(page, "Check again").Click();

        Assert.Contains("Every check passed.", TextOf(page), StringComparison.Ordinal);
        Assert.False(IsDisabled(Button(page, "Next")));
    }

    [Fact]
    public void While_the_role_is_on_its_way_the_step_says_so_and_checks_again_by_itself()
    {
        Fake.Checks = Some.Checks((CreationCheckName.KeyExists, new Refusal(ProvisioningRefusals.AccessDenied)));
        Fake.WaitsForRoleSince = Some.Now.AddSeconds(-70);
        var page = OpenAtChecks();

        Assert.Contains("Waiting for the vault to honour the role", Collapse(page.Find("[role=status]").TextContent), StringComparison.Ordinal);
        Assert.Contains("It can take several minutes", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("Waiting for 1 min 10 s", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("The role is assigned; the vault does not honour it yet.", TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Assign it the role", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("both are removed again", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Every check has to pass first.", Description(page, Button(page, "Next")));
        Assert.False(IsDisabled(Button(page, "Check again")));

        Clock.Advance(TimeSpan.FromSeconds(5));
        page.WaitForAssertion(() => Assert.Contains("Waiting for 1 min 15 s", TextOf(page), StringComparison.Ordinal));
        (Fake.Checks, Fake.WaitsForRoleSince) = (Some.Checks(), null);
        Clock.Advance(TimeSpan.FromSeconds(5));

        page.WaitForAssertion(() => Assert.Contains("Every check passed.", TextOf(page), StringComparison.Ordinal));
        Assert.False(IsDisabled(Button(page, "Next")));
        Assert.Equal(3, Fake.Calls.Count);
    }

    [Fact]
    public void A_role_that_is_overdue_is_no_longer_waited_for_but_shown_as_what_the_vault_refuses()
    {
        Fake.Checks = Some.Checks((CreationCheckName.KeyExists, new Refusal(ProvisioningRefusals.AccessDenied)));
        Fake.WaitsForRoleSince = Some.Now.AddMinutes(-10).AddSeconds(-1);
        var page = OpenAtChecks();

        Assert.DoesNotContain("Waiting for", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("Azure names ten minutes at most", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("Assign it the role", TextOf(page), StringComparison.Ordinal);

        (Fake.Checks, Fake.WaitsForRoleSince) = (Some.Checks(), null);
        Clock.Advance(TimeSpan.FromSeconds(5));

        page.WaitForAssertion(() => Assert.Contains("Every check passed.", TextOf(page), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_does_not_pass_by_waiting_is_not_checked_again_by_itself_and_neither_is_anything_once_the_step_is_left()
    {
        Fake.Checks = Some.Checks((CreationCheckName.PurgeProtection, new Refusal(ProvisioningRefusals.PurgeProtectionMissing)));
        var page = OpenAtChecks();
        Clock.Advance(TimeSpan.FromMinutes(2));
        await page.InvokeAsync(() => Assert.Single(Fake.Calls));

        Fake.WaitsForRoleSince = Some.Now;
        Button(page, "Check again").Click();
        page.WaitForAssertion(() => Assert.Contains("Waiting for the vault to honour the role", TextOf(page), StringComparison.Ordinal));
        Button(page, "Back").Click();
        page.WaitForAssertion(() => Assert.Equal("Identity", Step(page)));
        var asked = Fake.Calls.Count;
        Clock.Advance(TimeSpan.FromMinutes(2));

        await page.InvokeAsync(() => Assert.Equal(asked, Fake.Calls.Count));
    }

    [Fact]
    public async Task Who_leaves_the_wizard_after_a_check_gives_up_what_it_prepared()
    {
        OpenAtChecks();

        await DisposeComponentsAsync();

        Assert.Equal($"give up {Fake.Prepared}", Fake.Calls[^1]);
    }

    [Fact]
    public async Task Who_leaves_before_a_check_or_after_starting_the_creation_gives_up_nothing()
    {
        OpenAtBasics();
        await DisposeComponentsAsync();
        Assert.Empty(Fake.Calls);

        var page = OpenAtChecks();
        Next(page);
        Button(page, "Create").Click();
        await DisposeComponentsAsync();

        Assert.StartsWith("create NewInstance { Name = dps-new", Fake.Calls[^1], StringComparison.Ordinal);
        Assert.Contains(Fake.Prepared.ToString(), Fake.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_that_names_a_field_goes_back_to_it()
    {
        Fake.Checks = Some.Checks();
        Fake.RefuseChanges = new Refusal(ProvisioningRefusals.KeyVersionNotFound, "Key");
        var page = OpenAtChecks();

        Assert.Equal("Encryption", Step(page));
        Assert.Contains("Key: this version does not exist.", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "en",
        "A revocation took the role of id-dps-new on kv-contoso-prod/kek-dps-prod away: Key custodian, 2026-11-23 08:00:00 UTC, “Key leaked.”. " +
        "Neither a check nor a creation nor a change of key gives it back. Have the access restored (Key custodian or Approver may do it), or choose " +
        "another identity or another key. Open the revocation",
        "A revocation stands in the way; see below.")]
    [InlineData("es", "Una revocación quitó el rol de id-dps-new en kv-contoso-prod/kek-dps-prod", "Una revocación lo impide; véase abajo.")]
    public void A_role_that_a_revocation_took_leads_back_to_the_identity_and_says_which_revocation_and_what_to_do(string language, string text, string field)
    {
        Speak(language);
        Fake.RefuseChanges = new Refusal(
            ServiceRefusals.RoleIsRevoked, "IdentityName", Some.OperationId.ToString(), "Key custodian", Some.Now.AddHours(-1)
                .ToString("O"), "Key leaked.", "id-dps-new", Some.Key.ToString());
        var page = OpenAtBasics(language == "en" ? "Next" : "Siguiente");
        FillIn(page, language == "en" ? "Next" : "Siguiente");

        Assert.Contains(text, Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
        Assert.Equal($"/operations/{Some.OperationId}", page.Find("[role=alert] a").GetAttribute("href"));
        Assert.Contains(field, TextOf(page), StringComparison.Ordinal);
        Assert.Equal(language == "en" ? "Identity" : "Identidad", Step(page));
    }

    [Fact]
    public void After_the_checks_the_review_shows_both_layers_and_creation_leads_to_the_operation()
    {
        var page = OpenAtChecks();
        Next(page);

        Assert.Equal("Review and create", Step(page));
        Assert.Contains("Customer layer", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("id-dps-new", TextOf(page), StringComparison.Ordinal);

        Button(page, "Create").Click();

        Assert.StartsWith("create NewInstance { Name = dps-new", Fake.Calls[^1], StringComparison.Ordinal);
        Assert.EndsWith($"/operations/{Some.OperationId}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_not_create_reads_who_can()
    {
        Role = PortalRole.Auditor;
        var page = Open<NewInstancePage>();

        Assert.Equal("Only the role DPS operator can do this.", Description(page, Button(page, "Next")));
    }

    [Fact]
    public void The_steps_tell_a_screen_reader_where_it_is()
    {
        Speak("es");
        var page = Open<NewInstancePage>();

        Assert.Contains("Paso 1 de 6", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("Antes de empezar", Collapse(page.Find("[aria-current=step]").TextContent), StringComparison.Ordinal);
    }
}
