using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Tests.Services;

/// <summary>A vault that takes calls and never answers them: what needs no vault is shown, and the rest says that it did not answer.</summary>
[StartsHosts]
public sealed class SilentVaultTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    /// <summary>Far more than a page waits, and far less than the patience of work that changes something.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Pages_wait_seconds_for_a_vault_that_hangs_and_show_what_it_said_last_with_its_time()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("behind-silence", key);
        var known = (await portal.Instances.GetAsync(Staff.Auditor, "behind-silence", None))!;
        Assert.NotNull(known.CurrentVersion);
        Assert.Equal((null, null), (known.Absence, known.LastSeen));

        portal.Between = (_, _) => new TaskCompletionSource<HttpResponseMessage>().Task;
        try
        {
            var listed = portal.Instances.ListAsync(Staff.Auditor, None);
            var keys = portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None);
            var detail = portal.Keys.GetAsync(Staff.Auditor, key.VaultName, key.Name, None);

            var silent = (await listed.WaitAsync(Long)).Single(overview => overview.Instance.Name == "behind-silence");
            Assert.Equal((null, VersionDrift.NotKnown), (silent.CurrentVersion, silent.Drift));
            Assert.Equal(known.CurrentVersion, silent.LastSeen!.Version);
            Assert.InRange(silent.LastSeen.At, known.ReadAt - TimeSpan.FromSeconds(5), known.ReadAt);
            Assert.Equal(
                KeyAccessCause.VaultTimedOut, Assert.IsType<VaultCondition.Silent>(Assert.Single((await keys.WaitAsync(Long)).Unread).Condition).Cause);
            Assert.IsType<Outcome<KeyDetail>.Refused>(await detail.WaitAsync(Long));
        }
        finally
        {
            portal.Between = null;
        }

        Assert.Equal(known.CurrentVersion, (await portal.Instances.GetAsync(Staff.Auditor, "behind-silence", None))!.CurrentVersion);
    }
}
