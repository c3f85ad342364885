using DpsPortal.Common;
using DpsPortal.Services.Impact;
using MudBlazor;

namespace DpsPortal.Features.Revocation;

/// <summary>Each fate has an icon of its own: what is lost and what was lost before must not look alike.</summary>
internal static class FateLook
{
    public static Look Of(AccessFate fate) => fate switch
    {
        AccessFate.Loses => new(Tone.Bad, Icons.Material.Outlined.Block),
        AccessFate.Unknown => new(Tone.Warning, Icons.Material.Outlined.HelpOutline),
        AccessFate.StaysWithout => new(Tone.Neutral, Icons.Material.Outlined.RemoveCircleOutline),
        _ => new(Tone.Good, Icons.Material.Outlined.CheckCircle),
    };

    public static Look Of(EffectVerdict verdict) => Of(verdict switch
    {
        EffectVerdict.Fails => AccessFate.Loses,
        EffectVerdict.MayFail => AccessFate.Unknown,
        EffectVerdict.FailsAlready => AccessFate.StaysWithout,
        _ => AccessFate.Keeps,
    });
}
