using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;

namespace DpsPortal.Tests.Crash;

/// <summary>The same after every step of a re-key, before it is on record that the step is done, and in the middle of DPS's own; to and fro between two keys.</summary>
public sealed class RekeyKillTests
{
    [Fact]
    public async Task A_re_key_killed_at_any_step_completes_by_itself_once_and_loses_no_record()
    {
        using var child = new CrashChild();
        var lives = await child.LivesAsync("rekey", [.. ServiceCheckpoints.Rekey.Where(name => name.EndsWith(".after", StringComparison.Ordinal)), RewrapCheckpoints.AfterWrap, RewrapCheckpoints.AfterSwitch]);
        var moved = lives.Before with { Operation = "Rekey" };

        // The epoch tells that every life has moved once, and the key that it was to the other one and back.
        Assert.All(lives.AfterKill, (life, index) => Assert.Equal(
            (life.KilledAt, moved with { Key = index % 2 == 0 ? moved.Key + "-other" : moved.Key, Epoch = moved.Epoch + index + 1 }),
            (life.KilledAt, Assert.Single(life.Reports))));
    }
}
