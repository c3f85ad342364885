using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;
using DpsPortal.Tests.Provisioning;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Tests.Services;

/// <summary>DPS has lost its data, keys included, and begins with nothing; the portal and the vault have not.</summary>
[StartsHosts]
public sealed class LostInstanceTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    [Fact]
    public async Task A_key_is_not_unused_because_DPS_has_forgotten_the_instance_that_needs_it()
    {
        var (key, moved, other) = (await portal.NewKeyAsync(), await portal.NewKeyAsync(), await portal.NewKeyAsync());
        await portal.NewInstanceAsync("forgotten", key);
        await portal.NewInstanceAsync("forgotten-moved", key);
        await portal.SucceedsAsync(await portal.RekeyAsync("forgotten-moved", moved));
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        var old = (await portal.DetailAsync(key)).Versions.Single(version => version.Use != KeyVersionUse.Current).Id;
        Assert.Empty((await portal.DetailAsync(key)).Unmatched);

        await portal.NewInstanceAsync("forgotten-moving", other);
        await portal.NewInstanceAsync("forgotten-unconfirmed", other);
        var target = await portal.NewKeyAsync();
        await portal.SucceedsAsync(await portal.RekeyAsync("forgotten-moving", target));

        await portal.RestartAsync(() =>
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(portal.DpsDirectory, recursive: true);
            Directory.Delete(portal.DpsDirectory + "-keys", recursive: true);
        });

        var detail = await portal.DetailAsync(key);
        var missing = Assert.Single(detail.Unmatched);
        Assert.Equal(("forgotten", true), (missing.Instance, missing.IsMissing));
        Assert.True(missing.Key.IsSameKeyAs(key));
        Assert.Equal(KeyVersionUse.Unknown, detail.Versions.Single(version => version.Id == old).Use);
        Assert.Equal("forgotten-moved", Assert.Single((await portal.DetailAsync(moved)).Unmatched).Instance);

        // A move of which it is not known whether it came about may need either key, and a creation of which it is not known has one.
        await using (var context = await portal.Get<PortalDatabase>().OpenAsync(CancellationToken.None))
        {
            await context.Operations.Where(row => row.Subject == "forgotten-moving" && row.Kind == OperationKind.Rekey)
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.State, OperationState.Waiting), CancellationToken.None);
            await context.Operations.Where(row => row.Subject == "forgotten-unconfirmed")
                .ExecuteUpdateAsync(row => row.SetProperty(one => one.State, OperationState.Unconfirmed), CancellationToken.None);
        }

        Assert.Equal(["forgotten-moving", "forgotten-unconfirmed"], (await portal.DetailAsync(other)).Unmatched.Select(use => use.Instance));
        Assert.Equal(["forgotten-moving"], (await portal.DetailAsync(target)).Unmatched.Select(use => use.Instance));

        Refusal[] refusals =
        [
            (await portal.Keys.RetireVersionAsync(Staff.Custodian, old, CancellationToken.None)).Refusal(),
            (await portal.Keys.RetireVersionAsync(Staff.Custodian, detail.Current.Id, CancellationToken.None)).Refusal(),
            (await portal.RotateAsync(key)).Refusal(),
        ];
        Assert.All(refusals, refusal => Assert.Equal((ServiceRefusals.InstanceMissing, "forgotten"), (refusal.Code, refusal.Arguments[0])));

        // The impact says so, too, and an emergency does not wait.
        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, new RevocationTarget(RevocationMethod.DisableKey, key), CancellationToken.None))
            .Value();
        Assert.Equal("forgotten", Assert.Single(impact.Missing).Instance);
        Assert.False(impact.LeavesAllTheirAccess);
        Assert.Contains(
            (await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), CancellationToken.None)).Keys,
            listed => listed.Key.IsSameKeyAs(key) && listed.Unmatched.Count > 0);
        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
    }
}
