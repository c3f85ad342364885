using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;

namespace DpsPortal.Tests.Crash;

/// <summary>
/// The process of vault, DPS and service layer is ended by SIGKILL at every step of a rotation and of a revoke. Each next life,
/// on the same data, first reports what became of the operation left behind, which nobody asked it to go on with.
/// </summary>
public sealed class KillTests
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

    [Fact]
    public async Task A_revoke_by_disabling_killed_at_any_step_completes_by_itself_once_and_can_be_restored()
    {
        using var child = new CrashChild();
        var lives = await child.LivesAsync("revoke-key", [.. ServiceCheckpoints.RevokeByVersion, .. RevokeCheckpoints.All]);

        AssertRevokedAndRestored(lives, lives.Before with { CurrentAvailability = "Disabled" });
    }

    [Fact]
    public async Task A_revoke_by_removing_the_role_killed_at_any_step_completes_by_itself_once_and_can_be_restored()
    {
        using var child = new CrashChild();
        var lives = await child.LivesAsync("revoke-role", [.. ServiceCheckpoints.RevokeByRole, .. RevokeCheckpoints.All]);

        AssertRevokedAndRestored(lives, lives.Before with { Assignments = 0 });
    }

    /// <summary>One epoch for each revoke and one for each restore: none is counted twice because of the kill.</summary>
    private static void AssertRevokedAndRestored(Lives lives, CrashReport withdrawn)
    {
        var before = lives.Before;
        var revoked = withdrawn with { Operation = "Revoke", Access = "Revoked", ReadOk = 0, Rejected = before.ReadOk, ContentHash = null };
        var restored = before with { Operation = "Restore" };
        Assert.All(lives.AfterKill, (life, index) => Assert.Equal<object>(
            new[] { (life.KilledAt, revoked with { Epoch = before.Epoch + (2 * index) + 1 }), (life.KilledAt, restored with { Epoch = before.Epoch + (2 * index) + 2 }) },
            life.Reports.Select(report => (life.KilledAt, report)).ToArray()));
    }
}
