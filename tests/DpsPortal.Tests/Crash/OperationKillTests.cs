using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Crash;

/// <summary>A few of the kills that the campaign <c>operation-kills</c> makes at every checkpoint.</summary>
[StartsHosts]
public sealed class MoveKillTests
{
    [Fact]
    public async Task A_rotation_killed_at_any_step_completes_by_itself_once_and_loses_no_record()
    {
        using var runs = new OperationKills(ChildAssembly.Path, most: 4);
        Assert.Equal(4, await OperationKills.RotationAsync(runs));
    }

    [Fact]
    public async Task A_re_key_killed_at_any_step_completes_by_itself_once_and_loses_no_record()
    {
        using var runs = new OperationKills(ChildAssembly.Path, most: 3);
        Assert.Equal(3, await OperationKills.RekeyAsync(runs));
    }
}

/// <summary>The same of a revoke, by each method. Two classes, so that they run beside each other.</summary>
[StartsHosts]
public sealed class RevocationKillTests
{
    [Fact]
    public async Task A_revoke_by_disabling_killed_at_any_step_completes_by_itself_once_and_can_be_restored()
    {
        using var runs = new OperationKills(ChildAssembly.Path, most: 3);
        Assert.Equal(3, await OperationKills.KeyRevocationAsync(runs));
    }

    [Fact]
    public async Task A_revoke_by_removing_the_role_killed_at_any_step_completes_by_itself_once_and_can_be_restored()
    {
        using var runs = new OperationKills(ChildAssembly.Path, most: 3);
        Assert.Equal(3, await OperationKills.RoleRevocationAsync(runs));
    }
}
