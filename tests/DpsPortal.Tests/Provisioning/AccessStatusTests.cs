using System.Net;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>What DPS says of an instance's access is what it does with reads and writes, and carries the time it rests on.</summary>
[StartsHosts]
public sealed class AccessStatusTests
{
    private readonly FakeVault _vault = new();

    [Theory]
    [InlineData(KeyAccess.Accessible)]
    [InlineData(KeyAccess.Unavailable)]
    [InlineData(KeyAccess.Misconfigured)]
    public async Task After_a_restart_nothing_is_known_until_the_vault_was_asked_whatever_was_stored(KeyAccess stored)
    {
        await using var dps = await PreparedAsync();
        var verified = (await dps.RecheckAsync("contoso")).VerifiedAt;
        dps.SystemClock.Advance(TimeSpan.FromSeconds(30));
        _vault.Intercept = stored switch
        {
            KeyAccess.Unavailable => _ => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, ""),
            KeyAccess.Misconfigured => _ => FakeVault.Error(HttpStatusCode.BadRequest, "BadParameter"),
            _ => null,
        };
        if (stored != KeyAccess.Accessible)
        {
            Assert.Equal(stored, (await dps.RecheckAsync("contoso")).Access);
        }

        _vault.Intercept = null;
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        await dps.StopAsync();
        dps.SystemClock.Advance(TimeSpan.FromSeconds(30));
        var unwraps = _vault.Unwraps;
        _vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");
        await dps.StartAsync();
        Assert.Equal(unwraps, _vault.Unwraps);

        var status = await StatusAsync(dps);
        Assert.Equal((KeyAccess.NotVerified, KeyAccessCause.NotVerifiedYet, RecordAccess.AskedFirst), (status.Access, status.Cause, status.Records));
        Assert.Equal((stored, verified), (status.LastKnown, status.VerifiedAt));

        _vault.Intercept = null;
        Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001"));
        status = await StatusAsync(dps);
        Assert.Equal(
            (KeyAccess.Revoked, KeyAccessCause.RoleMissing, RecordAccess.Refused, null), (status.Access, status.Cause, status.Records, status.LastKnown));
    }

    [Fact]
    public async Task Soon_after_a_start_every_instance_is_checked_by_itself_and_that_is_announced()
    {
        await using var dps = await PreparedAsync();
        await dps.RestartAsync();
        var unwraps = _vault.Unwraps;

        var change = await dps.AfterAsync<ProvisioningEvent.AccessChanged>(TimeSpan.FromSeconds(5), change => change.After.Access == KeyAccess.Accessible);

        Assert.Equal((KeyAccess.NotVerified, KeyAccess.Accessible), (change.Before.Access, change.Before.LastKnown));
        Assert.Equal(RecordAccess.Served, change.After.Records);
        Assert.Equal(unwraps + 1, _vault.Unwraps);
    }

    [Fact]
    public async Task A_new_instance_was_verified_by_its_creation()
    {
        await using var dps = await PreparedAsync();
        await dps.CreatedAsync("fabrikam", _vault.AddKey("fabrikam"));

        var status = (await dps.KeyOfAsync("fabrikam")).Access;

        Assert.Equal((KeyAccess.Accessible, dps.SystemClock.GetUtcNow()), (status.Access, status.VerifiedAt));
    }

    [Fact]
    public async Task The_end_of_the_lease_is_announced_at_its_time_once_though_the_vault_says_nothing_new()
    {
        await using var dps = await PreparedAsync();
        await dps.RecheckAsync("contoso");
        _vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");
        var served = await dps.RecheckAsync("contoso");
        Assert.Equal(
            (KeyAccess.Unavailable, RecordAccess.Served, dps.SystemClock.GetUtcNow() + dps.Options.Lease), (served.Access, served.Records, served.LeaseEndsAt));
        var ends = 0;
        using var subscription = dps.Host.Events.Subscribe(happened =>
        {
            if (happened is ProvisioningEvent.AccessChanged { Before.Records: RecordAccess.Served, After.Records: RecordAccess.Refused })
            {
                Interlocked.Increment(ref ends);
            }
        });

        var end = await dps.AfterAsync<ProvisioningEvent.AccessChanged>(dps.Options.Lease, change => change.After.Records == RecordAccess.Refused);

        Assert.Equal((KeyAccess.Unavailable, KeyAccess.Unavailable), (end.Before.Access, end.After.Access));
        Assert.Equal((RecordAccess.Served, served.LeaseEndsAt), (end.Before.Records, end.After.LeaseEndsAt));
        Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001"));
        Assert.Equal(served.LeaseEndsAt, (await dps.RecheckAsync("contoso")).LeaseEndsAt);
        Assert.Equal(1, ends);
    }

    [Fact]
    public async Task The_end_of_the_lease_is_announced_before_a_vault_that_hangs_is_asked_again()
    {
        await using var dps = await PreparedAsync();
        await dps.RecheckAsync("contoso");
        _vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");
        await dps.RecheckAsync("contoso");
        using var hangs = new ManualResetEventSlim();
        _vault.Intercept = _ =>
        {
            hangs.Wait(TimeSpan.FromSeconds(60));
            return FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");
        };

        try
        {
            // The clock stands still from here: were the vault asked first, nothing could be announced.
            var end = await dps.AfterAsync<ProvisioningEvent.AccessChanged>(dps.Options.Lease, change => change.After.Records == RecordAccess.Refused);
            Assert.Equal(KeyAccess.Unavailable, end.After.Access);
        }
        finally
        {
            hangs.Set();
        }
    }

    [Fact]
    public async Task A_vault_that_answers_wrongly_is_served_from_the_lease_and_says_so_until_it_ends()
    {
        await using var dps = await PreparedAsync();
        await dps.RecheckAsync("contoso");
        _vault.Intercept = _ => FakeVault.Error(HttpStatusCode.BadRequest, "BadParameter");

        var status = await dps.RecheckAsync("contoso");
        Assert.Equal((KeyAccess.Misconfigured, RecordAccess.Served), (status.Access, status.Records));
        Assert.Equal("device-000001", (await dps.ReadAsync("contoso", "device-000001")).Content().RegistrationId);

        dps.SystemClock.Advance(dps.Options.Lease);
        Assert.Equal(RecordAccess.Refused, (await StatusAsync(dps)).Records);
        Assert.Equal(RecordAccess.Refused, status.RecordsAt(dps.SystemClock.GetUtcNow()));
        Assert.Equal(
            KeyAccessCause.RequestRejected,
            Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001")).Read.Cause);
    }

    [Fact]
    public async Task An_outage_while_revoked_leaves_the_cause_the_time_at_which_it_was_seen()
    {
        await using var dps = await PreparedAsync();
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        var since = dps.SystemClock.GetUtcNow();
        await dps.RecheckAsync("contoso");
        dps.SystemClock.Advance(TimeSpan.FromMilliseconds(400));
        var seen = dps.SystemClock.GetUtcNow();
        await dps.RecheckAsync("contoso");
        _vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");
        dps.SystemClock.Advance(TimeSpan.FromMilliseconds(400));

        var status = await dps.RecheckAsync("contoso");

        Assert.Equal((KeyAccess.Revoked, KeyAccessCause.RoleMissing, since), (status.Access, status.Cause, status.Since));
        Assert.Equal((seen, dps.SystemClock.GetUtcNow(), KeyAccessCause.VaultFailed), (status.CauseSeenAt, status.CheckedAt, status.Unanswered));

        await dps.StopAsync();
        dps.SystemClock.Advance(TimeSpan.FromMilliseconds(400));
        await dps.StartAsync();
        status = await StatusAsync(dps);
        Assert.Equal((KeyAccess.Revoked, seen, null), (status.Access, status.CauseSeenAt, status.Since));

        _vault.Intercept = null;
        status = await dps.RecheckAsync("contoso");
        Assert.Equal((dps.SystemClock.GetUtcNow(), KeyAccessCause.None), (status.CauseSeenAt, status.Unanswered));
    }

    /// <summary>Between what was stored and the first look lies a time in which nobody looked.</summary>
    [Fact]
    public async Task What_came_about_while_DPS_was_not_running_has_no_time_since_which_it_is_so()
    {
        await using var dps = await PreparedAsync();
        await dps.RecheckAsync("contoso");
        await dps.StopAsync();
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        dps.SystemClock.Advance(TimeSpan.FromHours(3));
        await dps.StartAsync();

        var lost = await dps.RecheckAsync("contoso");
        Assert.Equal((KeyAccess.Revoked, null), (lost.Access, lost.Since));
        Assert.Equal(dps.SystemClock.GetUtcNow(), lost.CauseSeenAt);

        dps.SystemClock.Advance(TimeSpan.FromMinutes(1));
        _vault.DeniedTokens.Clear();
        var regained = await dps.RecheckAsync("contoso");
        Assert.Equal((KeyAccess.Accessible, dps.SystemClock.GetUtcNow()), (regained.Access, regained.Since));
    }

    /// <summary>A look that got no answer does not end the time in which nobody looked.</summary>
    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task A_loss_that_is_found_after_an_outage_at_the_start_has_no_time_since_which_it_is_so(HttpStatusCode first)
    {
        await using var dps = await PreparedAsync();
        await dps.RecheckAsync("contoso");
        await dps.StopAsync();
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        dps.SystemClock.Advance(TimeSpan.FromHours(3));
        await dps.StartAsync();
        _vault.Intercept = _ => FakeVault.Error(first, "Failure");
        Assert.Null((await dps.RecheckAsync("contoso")).Since);
        dps.SystemClock.Advance(TimeSpan.FromMinutes(1));
        _vault.Intercept = null;

        var lost = await dps.RecheckAsync("contoso");
        Assert.Equal((KeyAccess.Revoked, null), (lost.Access, lost.Since));
        Assert.Null((await dps.RecheckAsync("contoso")).Since);

        dps.SystemClock.Advance(TimeSpan.FromMinutes(1));
        _vault.DeniedTokens.Clear();
        var regained = await dps.RecheckAsync("contoso");
        Assert.Equal((KeyAccess.Accessible, dps.SystemClock.GetUtcNow()), (regained.Access, regained.Since));
    }

    private async Task<RunningDps> PreparedAsync()
    {
        var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.ImportAsync("contoso", 5);
        return dps;
    }

    private static async Task<KeyAccessStatus> StatusAsync(RunningDps dps) => (await dps.KeyOfAsync("contoso")).Access;
}
