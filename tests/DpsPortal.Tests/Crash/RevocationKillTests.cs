using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;

namespace DpsPortal.Tests.Crash;

/// <summary>
/// The same at every step of a revoke, by each method. The life after the kill finds it completed, restores it, reports that too
/// and starts the next. Two classes, so that they run beside each other.
/// </summary>
public sealed class KeyRevocationKillTests
{
    [Fact]
    public Task A_revoke_by_disabling_killed_at_any_step_completes_by_itself_once_and_can_be_restored() => RevocationKills.AssertCompletedAsync(
        "revoke-key", [.. ServiceCheckpoints.RevokeByVersion, .. RevokeCheckpoints.All], before => before with { CurrentAvailability = "Disabled" });
}

public sealed class RoleRevocationKillTests
{
    [Fact]
    public Task A_revoke_by_removing_the_role_killed_at_any_step_completes_by_itself_once_and_can_be_restored() => RevocationKills.AssertCompletedAsync(
        "revoke-role", [.. ServiceCheckpoints.RevokeByRole, .. RevokeCheckpoints.All], before => before with { Assignments = 0 });
}

internal static class RevocationKills
{
    /// <param name="withdrawn">What the vault says afterwards, beside what it said before.</param>
    public static async Task AssertCompletedAsync(string operation, string[] checkpoints, Func<CrashReport, CrashReport> withdrawn)
    {
        using var child = new CrashChild();
        var lives = await child.LivesAsync(operation, checkpoints);
        var before = lives.Before;
        var revoked = withdrawn(before) with { Operation = "Revoke", Access = "Revoked", ReadOk = 0, Rejected = before.ReadOk, ContentHash = null };
        var restored = before with { Operation = "Restore" };

        // One epoch for each revoke and one for each restore: none is counted twice because of the kill.
        Assert.All(lives.AfterKill, (life, index) => Assert.Equal<object>(
            new[] { (life.KilledAt, revoked with { Epoch = before.Epoch + (2 * index) + 1 }), (life.KilledAt, restored with { Epoch = before.Epoch + (2 * index) + 2 }) },
            life.Reports.Select(report => (life.KilledAt, report)).ToArray()));
    }
}
