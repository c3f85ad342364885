using DpsPortal.Resources;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace DpsPortal.Shell;

/// <summary>MudBlazor's own words (names of its buttons) are English; those of the components used here are in our resources.</summary>
internal sealed class PortalMudLocalizer(IStringLocalizer<Texts> texts) : MudLocalizer
{
    public override LocalizedString this[string key] => texts[key] is { ResourceNotFound: false } own
        ? new LocalizedString(key, own.Value)
        : new LocalizedString(key, key, resourceNotFound: true);

    public override LocalizedString this[string key, params object[] arguments] => texts[key, arguments] is { ResourceNotFound: false } own
        ? new LocalizedString(key, own.Value)
        : new LocalizedString(key, key, resourceNotFound: true);
}
