using System.Text.Json;
using Bunit;
using DpsPortal.Features.Instances.Creation;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;

namespace DpsPortal.Tests.Components;

/// <summary>What was begun in the wizard is neither lost nor passed off as new.</summary>
public sealed class NewInstanceDraftTests : PageTests
{
    public NewInstanceDraftTests()
    {
        Role = PortalRole.DpsOperator;
        Fake.Keys.Add(Some.KeyDetail());
    }

    private static void Next(IRenderedComponent<NewInstancePage> page) => Button(page, "Next").Click();

    private static string Step(IRenderedComponent<NewInstancePage> page) => Collapse(page.Find("#step-heading").TextContent);

    private static NewInstanceForm Form(IRenderedComponent<NewInstancePage> page) => page.FindComponent<BasicsStep>().Instance.Form;

    [Fact]
    public void What_was_begun_is_still_there_when_the_page_is_opened_again_and_says_from_when_it_is()
    {
        var kept = JSInterop.SetupVoid("localStorage.setItem", _ => true).SetVoidResult();
        var first = Open<NewInstancePage>();
        Next(first);
        first.FindAll("input")[0].Input("dps-new");
        first.FindAll("input")[1].Input("rg-contoso");
        var draft = (string)kept.Invocations.Last().Arguments[1]!;
        JSInterop.Setup<string?>("localStorage.getItem", "draft:new-instance:oid-operator").SetResult(draft);

        var page = Render<NewInstancePage>();

        Assert.Equal("Basics", Step(page));
        Assert.Equal(("dps-new", "rg-contoso"), (Form(page).Name, Form(page).ResourceGroup));
        Assert.Contains("This is your draft of 23 Nov 2026", TextOf(page), StringComparison.Ordinal);

        Button(page, "Discard the draft").Click();
        Assert.Equal("draft:new-instance:oid-operator", JSInterop.Invocations["localStorage.removeItem"][^1].Arguments[0]);
        Assert.DoesNotContain("your draft", TextOf(page), StringComparison.Ordinal);
        Next(page);
        Assert.Null(Form(page).Name);
    }

    [Fact]
    public void A_draft_that_had_come_to_the_checks_does_not_run_them_because_it_was_opened()
    {
        var draft = new NewInstanceForm { Name = "dps-new", ResourceGroup = "rg-contoso", Location = "westus2", IdentityName = "id-dps-new" };
        draft.KeyChoice.Picked = Some.Key;
        JSInterop.Setup<string?>("localStorage.getItem", _ => true).SetResult(
            JsonSerializer.Serialize(draft.ToDraft(WizardStep.Review, Some.Now), JsonSerializerOptions.Web));

        var page = Open<NewInstancePage>();

        Assert.Equal("Identity", Step(page));
        Assert.Empty(Fake.Calls);
        Next(page);
        Assert.Equal(["check dps-new"], Fake.Calls);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("{\"step\": 99}")]
    public void A_draft_that_cannot_be_read_costs_the_draft_and_not_the_form(string kept)
    {
        JSInterop.Setup<string?>("localStorage.getItem", _ => true).SetResult(kept);

        Assert.NotEmpty(Step(Open<NewInstancePage>()));
    }
}
