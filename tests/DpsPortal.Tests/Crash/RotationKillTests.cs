using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;

namespace DpsPortal.Tests.Crash;

/// <summary>
/// The process of vault, DPS and service layer is ended by SIGKILL at every step of a rotation. Each next life, on the same data,
/// first reports what became of the operation left behind, which nobody asked it to go on with.
/// </summary>
public sealed class RotationKillTests
{
    [Fact]
    public async Task A_rotation_killed_at_any_step_completes_by_itself_once_and_loses_no_record()
    {
        using var child = new CrashChild();
        var lives = await child.LivesAsync("rotate", [.. ServiceCheckpoints.Rotate, .. RewrapCheckpoints.All]);
        var rotated = lives.Before with { Operation = "Rotate" };

        Assert.All(lives.AfterKill, (life, index) => Assert.Equal(
            (life.KilledAt, rotated with { Versions = rotated.Versions + index + 1 }),
            (life.KilledAt, Assert.Single(life.Reports))));
    }
}
