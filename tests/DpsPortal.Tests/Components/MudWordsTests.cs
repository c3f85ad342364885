using Bunit;
using MudBlazor;

namespace DpsPortal.Tests.Components;

public sealed class MudWordsTests : PageTests
{
    [Theory]
    [InlineData("en", "Clear")]
    [InlineData("es", "Borrar")]
    public void MudBlazors_own_words_are_in_the_readers_language(string culture, string name)
    {
        Speak(culture);

        var field = Open<MudTextField<string>>(it => it.Add(text => text.Clearable, true).Add(text => text.Value, "something"));

        Assert.Equal(name, field.Find("button").GetAttribute("aria-label"));
    }
}
