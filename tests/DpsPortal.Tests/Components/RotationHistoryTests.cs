using Bunit;
using DpsPortal.Services.Rotation;
using DpsPortal.Tests.Components.Fakes;
using RotationHistory = DpsPortal.Features.Keys.RotationHistory;

namespace DpsPortal.Tests.Components;

public sealed class RotationHistoryTests : PageTests
{
    private string Shown(params RotationRecord[] records) => TextOf(Open<RotationHistory>(history => history.Add(it => it.Records, records)));

    [Fact]
    public void Complete_coverage() =>
        Assert.Contains("2 of 2 re-wrapped 2a7d1c1d → 3b8e2d2e Key custodian (sample) · Open operation", Shown(Some.Rotation()), StringComparison.Ordinal);

    [Fact]
    public void Incomplete_coverage() => Assert.Contains("1 of 2 re-wrapped", Shown(Some.Rotation(1)), StringComparison.Ordinal);

    [Fact]
    public void Under_way() => Assert.Contains("Running: 1 of 2 re-wrapped", Shown(Some.Rotation(1, running: true)), StringComparison.Ordinal);

    [Fact]
    public void Stopped_before_a_version_was_made() =>
        Assert.Contains("Stopped No new version was made.", Shown(Some.Rotation(0, 0, made: false)), StringComparison.Ordinal);

    [Fact]
    public void Nothing_to_rewrap() => Assert.Contains("Nothing to re-wrap", Shown(Some.Rotation(0, 0)), StringComparison.Ordinal);

    [Fact]
    public void Made_outside_the_portal() =>
        Assert.Contains("made outside the portal", Shown(Some.Rotation() with { By = null, Operation = null }), StringComparison.Ordinal);

    [Fact]
    public void Never_rotated() => Assert.Contains("Never rotated", Shown(), StringComparison.Ordinal);

    [Fact]
    public void In_Spanish()
    {
        Speak("es");

        Assert.Contains("1 de 2 reencapsuladas", Shown(Some.Rotation(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_a_list_with_machine_readable_times()
    {
        var history = Open<RotationHistory>(it => it.Add(component => component.Records, [Some.Rotation(), Some.Rotation(1)]));

        Assert.Equal(2, history.FindAll("ol[aria-label='Rotation history'] > li").Count);
        Assert.Equal("2026-11-14T09:00:00Z", history.Find("time").GetAttribute("datetime"));
    }
}
