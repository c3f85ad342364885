using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using DpsPortal.Services.People;
using DpsPortal.Shell;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Components;

/// <summary>Renders pages over the service layer in memory, as one person, in one language, at a fixed time.</summary>
public abstract class PageTests : BunitContext
{
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;
    private readonly CultureInfo _uiCulture = CultureInfo.CurrentUICulture;

    protected PageTests()
    {
        Speak("en");
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddPortalPages();
        Services.AddSingleton<TimeProvider>(Clock);
        Fake.AddTo(Services);
    }

    internal FakeServices Fake { get; } = new();

    internal FakeTimeProvider Clock { get; } = new(Some.Now);

    internal PortalRole Role { get; set; } = PortalRole.KeyCustodian;

    internal static void Speak(string culture) =>
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.GetCultureInfo(culture), CultureInfo.GetCultureInfo(culture));

    internal IRenderedComponent<T> Open<T>(Action<ComponentParameterCollectionBuilder<T>>? parameters = null)
        where T : IComponent
    {
        RenderTree.TryAdd<CascadingPerson>(host => host.Add(cascade => cascade.Person, Some.Person(Role)));
        // Lists and dialogs render where these stand.
        Overlays = [Render<MudBlazor.MudPopoverProvider>(), Render<MudBlazor.MudDialogProvider>()];
        return Render(parameters);
    }

    internal IReadOnlyList<IRenderedComponent<IComponent>> Overlays { get; private set; } = [];

    /// <summary>
    /// What is to be read, element by element; what stands in different elements is told apart by a space. How far a time is from now is
    /// left out: that is <see cref="MomentTests"/>'.
    /// </summary>
    internal static string TextOf(IRenderedComponent<IComponent> page) => Collapse(string.Join(' ', page.Nodes.SelectMany(Texts)));

    private static IEnumerable<string> Texts(INode node) => node switch
    {
        IText text => [text.Data],
        IElement element when element.ClassList.Contains("ago") => [],
        _ => node.ChildNodes.SelectMany(Texts),
    };

    internal static IElement Button(IRenderedComponent<IComponent> page, string name) =>
        page.FindAll("button, a").First(element => Collapse(element.TextContent) == name);

    /// <summary>Answers the dialog that asks why.</summary>
    internal void GiveReason(string confirm, string reason = "It was a drill")
    {
        var dialog = Overlays[1];
        dialog.WaitForElement("textarea");
        Assert.True(IsDisabled(Button(dialog, confirm)));
        dialog.Find("textarea").Input(reason);
        Button(dialog, confirm).Click();
    }

    internal static bool IsDisabled(IElement button) => button.HasAttribute("disabled");

    /// <summary>The text that a screen reader adds to a button.</summary>
    internal static string? Description(IRenderedComponent<IComponent> page, IElement button) =>
        button.GetAttribute("aria-describedby") is { } id ? Collapse(page.Find($"#{id}").TextContent) : null;

    internal static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (_culture, _uiCulture);
    }
}
