using Bunit;
using DpsPortal.Features.SignIn;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed class SignInPageTests : PageTests
{
    [Theory]
    [InlineData("en", "English", "Español", "/culture/set?culture=es&redirectUri=%2Fsign-in%3FreturnUrl%3D%252Fkeys")]
    [InlineData("es", "Español", "English", "/culture/set?culture=en&redirectUri=%2Fsign-in%3FreturnUrl%3D%252Fkeys")]
    public void Whoever_has_not_signed_in_can_choose_the_language_and_still_comes_to_where_they_wanted(
        string language, string current, string other, string address)
    {
        Speak(language);
        Services.GetRequiredService<NavigationManager>().NavigateTo("/sign-in?returnUrl=%2Fkeys");

        var page = Open<SignInPage>();

        Assert.Equal(current, page.Find("nav a[aria-current]").TextContent);
        var link = page.Find("nav a:not([aria-current])");
        Assert.Equal((other, address), (link.TextContent, link.GetAttribute("href")));
    }
}
