using Bunit;
using DpsPortal.Features.Activity;
using DpsPortal.Features.Operations;
using DpsPortal.Services.Audit;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

/// <summary>An address may have been typed, cut or kept for years: what names no page leads to the first one.</summary>
public sealed class StrangeAddressTests : PageTests
{
    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("1e999")]
    [InlineData("1.5")]
    [InlineData("%201")]
    [InlineData("0x7")]
    [InlineData("99999999999999999999")]
    [InlineData("%ED%A0%80")]
    [InlineData("%D9%A3")]
    public void Activity_before_no_entry_is_its_first_page(string before)
    {
        Fake.Activity.AddRange(Enumerable.Range(1, 60).Select(number => Entry(number)));
        Go($"/activity?before={before}");

        var page = Open<ActivityPage>();

        Assert.Equal(50, page.FindAll("ol.activity > li").Count);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("00000000-0000-0000-0000-00000000000Z")]
    [InlineData("%ED%A0%80")]
    [InlineData("{00000000-0000-0000-0000-000000000000")]
    public void Operations_before_none_are_their_first_page(string before)
    {
        Fake.Operations.Add(Some.Operation());
        Go($"/operations?before={before}");

        Assert.Single(Open<OperationsPage>().FindAll("tbody > tr"));
    }

    [Theory]
    [InlineData("x", 50)]
    [InlineData("11", 10)]
    public void Who_goes_on_to_such_an_address_from_a_page_keeps_the_page(string before, int entries)
    {
        Fake.Activity.AddRange(Enumerable.Range(1, 60).Select(number => Entry(number)));
        Go("/activity?before=21");
        var page = Open<ActivityPage>();
        Assert.Equal(20, page.FindAll("ol.activity > li").Count);

        Go($"/activity?before={before}");

        page.WaitForAssertion(() => Assert.Equal(entries, page.FindAll("ol.activity > li").Count));
    }

    private void Go(string address) => Services.GetRequiredService<NavigationManager>().NavigateTo(address);

    private static ActivityEntry Entry(long sequence) =>
        new(sequence, Some.Now, ActivityCodes.KeyCreation, "kek", [], ActivityResult.Succeeded, null, null, null);
}
