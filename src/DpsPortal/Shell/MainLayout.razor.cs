using DpsPortal.Common;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace DpsPortal.Shell;

public sealed partial class MainLayout
{
    private ErrorBoundary? _boundary;

    /// <summary>Another path is another page: what was read or written for one thing must never be shown, or saved, under the name of another.</summary>
    private string? _path;
    private ThemeChoice _choice;
    private Person? _person;
    private bool _dark;
    private bool _drawer = true;
    private bool _ready;
    private bool _signedIn;

    [Inject] private IJSRuntime Js { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter] private ThemeChoice InitialChoice { get; set; }

    [CascadingParameter] private Task<AuthenticationState> Authentication { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        var user = (await Authentication).User;
        _signedIn = user.Identity?.IsAuthenticated ?? false;
        _person = CurrentPerson.From(user);
        _choice = InitialChoice;

        // One round trip before anything is painted, so that neither the theme nor the times jump.
        var browser = await Js.InvokeAsync<Browser?>("portal.describe");
        Viewer.UseZone(browser?.Zone);
        _dark = Dark(browser);
        _ready = true;
    }

    protected override void OnParametersSet()
    {
        var path = new Uri(Navigation.Uri).AbsolutePath;
        if (_path == path)
        {
            _boundary?.Recover();
        }

        _path = path;
    }

    private async Task ChooseThemeAsync(ThemeChoice choice)
    {
        _choice = choice;
        _dark = Dark(await Js.InvokeAsync<Browser?>("portal.setTheme", choice.ToString().ToLowerInvariant()));
    }

    private bool Dark(Browser? browser) => _choice == ThemeChoice.Dark || (_choice == ThemeChoice.System && browser is { PrefersDark: true });

    /// <summary>What app.js tells about the browser.</summary>
    private sealed record Browser(string? Zone, bool PrefersDark);
}
