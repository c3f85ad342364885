using Bunit;
using DpsPortal.Common;
using DpsPortal.Features.Instances;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

/// <summary>What lists of choices have in common, and the names by which regions and versions are chosen.</summary>
public sealed class ChoiceTests : PageTests
{
    [Fact]
    public void No_page_has_a_list_that_takes_each_letter_for_itself()
    {
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "src", "DpsPortal"), "*.razor", SearchOption.AllDirectories);

        Assert.NotEmpty(pages);
        Assert.DoesNotContain(pages, page => File.ReadAllText(page).Contains("<MudSelect ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en", "East US", "North Europe", "South Central US", "Spain Central", "West Europe", "West US 2")]
    [InlineData("es", "Centro de España", "Centro-sur de EE. UU.", "Este de EE. UU.", "Norte de Europa", "Oeste de EE. UU. 2", "Oeste de Europa")]
    public void Regions_are_named_in_words_and_stand_in_their_order(string culture, params string[] names)
    {
        Speak(culture);
        var words = Services.GetRequiredService<Words>();

        Assert.Equal(names, Regions.ByName(words).Select(words.Region));
    }

    [Fact]
    public void A_region_that_is_not_offered_is_shown_by_its_name_and_can_stay()
    {
        var words = Services.GetRequiredService<Words>();

        Assert.Equal("brazilsouth", words.Region("brazilsouth"));
        Assert.Contains("brazilsouth", Regions.ByName(words, "brazilsouth"));
        Assert.Equal(Regions.All.Count, Regions.ByName(words, "WestEurope", "").Count());
    }

    [Fact]
    public void A_version_has_its_place_by_age_beside_the_first_digits()
    {
        var numbers = VersionNumbers.Of([Some.Version(Some.V3), Some.Version(Some.V2), Some.Version(Some.V1)]);

        Assert.Equal("v3 · 3b8e2d2e", numbers.Name(Some.V3.Version));
        Assert.Equal("v1 · 1f6c0b0c", numbers.Name(Some.V1.Version));
        Assert.Equal("4c9f3e3f", numbers.Name(Some.CleanVersion.Version));
        Assert.True(numbers.Know(Some.V1.Version, null));
        Assert.False(numbers.Know(Some.CleanVersion.Version));
    }
}
