using System.Net;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>How access is watched: leases, outages, validity, restarts.</summary>
[StartsHosts]
public sealed class AccessTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeVault _vault = new();

    [Fact]
    public async Task An_outage_is_served_from_the_lease_visibly_and_then_closed_and_heals_by_itself()
    {
        await using var dps = await PreparedAsync();
        _vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");

        var status = await dps.RecheckAsync("contoso");
        Assert.Equal((KeyAccess.Unavailable, KeyAccessCause.VaultFailed, 1L), (status.Access, status.Cause, status.Epoch));
        Assert.Equal(dps.SystemClock.GetUtcNow() + dps.Options.Lease, status.LeaseEndsAt);
        Assert.Equal("device-000001", (await dps.ReadAsync("contoso", "device-000001")).Content().RegistrationId);

        dps.SystemClock.Advance(dps.Options.Lease);
        var rejected = Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001")).Read;
        Assert.Equal((503, 503011, KeyAccess.Unavailable), (rejected.StatusCode, rejected.ErrorCode, rejected.Access));
        Assert.Equal(ProvisioningRefusals.KeyAccessUnavailable, (await PutAsync(dps)).Refusal().Code);

        _vault.Intercept = null;
        Assert.Equal((KeyAccess.Accessible, 1L), ((status = await dps.RecheckAsync("contoso")).Access, status.Epoch));
        Assert.Equal("device-000001", (await dps.ReadAsync("contoso", "device-000001")).Content().RegistrationId);
    }

    [Fact]
    public async Task Keys_are_gone_from_memory_when_the_lease_has_ended()
    {
        await using var dps = await PreparedAsync();
        _vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");
        dps.SystemClock.Advance(dps.Options.Lease);
        await dps.RecheckAsync("contoso");
        Assert.Equal(RecordAccess.Refused, (await dps.RecheckAsync("contoso")).Records);

        _vault.Intercept = null;
        var unwraps = _vault.Unwraps;
        await dps.RecheckAsync("contoso");
        Assert.Equal(unwraps + 1, _vault.Unwraps);
        Assert.Equal(RecordAccess.Served, (await dps.RecheckAsync("contoso")).Records);
    }

    [Fact]
    public async Task An_expired_key_degrades_and_reads_and_writes_go_on()
    {
        await using var dps = await PreparedAsync();
        var version = (await dps.KeyOfAsync("contoso")).EffectiveKey;
        _vault.Version(version).ExpiresOn = dps.DomainClock.GetUtcNow().AddDays(1);
        Assert.Equal(KeyAccess.Accessible, (await dps.RecheckAsync("contoso")).Access);

        dps.DomainClock.Advance(TimeSpan.FromDays(2));
        var change = await dps.AfterAsync<ProvisioningEvent.AccessChanged>(dps.Options.PollInterval, change => change.After.Access == KeyAccess.Degraded);
        Assert.Equal(KeyAccessCause.KeyExpired, change.After.Cause);
        Assert.Equal("device-000001", (await dps.ReadAsync("contoso", "device-000001")).Content().RegistrationId);
        (await PutAsync(dps)).Value();

        _vault.Version(version).ExpiresOn = null;
        _vault.Version(version).NotBefore = dps.DomainClock.GetUtcNow().AddDays(1);
        Assert.Equal(
            (KeyAccess.Degraded, KeyAccessCause.KeyNotYetValid), ((await dps.RecheckAsync("contoso")) is var status ? (status.Access, status.Cause) : default));
    }

    [Fact]
    public async Task A_vault_that_returns_another_valid_key_is_misconfigured_and_never_revoked()
    {
        await using var dps = await PreparedAsync();
        var before = await dps.VerifyAsync("contoso");
        _vault.Version((await dps.KeyOfAsync("contoso")).EffectiveKey).UnwrapAs = _ => new byte[32];

        Assert.Equal(KeyAccessCause.AnotherKeyAnswered, (await dps.RecheckAsync("contoso")).Cause);
        await dps.RestartAsync();
        var rejected = Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001")).Read;
        Assert.Equal((503, KeyAccess.Misconfigured), (rejected.StatusCode, rejected.Access));
        Assert.Equal(before.Total, (await dps.VerifyAsync("contoso")).Rejected);
    }

    [Fact]
    public async Task A_start_unwraps_nothing_many_first_reads_unwrap_once_and_those_after_them_never()
    {
        await using var dps = await PreparedAsync();
        await dps.RestartAsync();
        var unwraps = _vault.Unwraps;
        Assert.Equal(KeyAccess.NotVerified, (await dps.KeyOfAsync("contoso")).Access.Access);
        Assert.Equal(unwraps, _vault.Unwraps);

        const int Cold = 64;
        using var queued = new ManualResetEventSlim();
        var begun = 0;
        // The vault answers when the others are waiting for what the first one asked: none finds the key there already.
        _vault.Intercept = _ => queued.Wait(TimeSpan.FromSeconds(30), None) ? null : FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");
        await Task.WhenAll(
            Enumerable.Range(0, Cold).Select(_ => Task.Factory.StartNew(BeginAsync, None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
        Assert.Equal(unwraps + 1, _vault.Unwraps);

        for (var warm = 0; warm < 10_000; warm++)
        {
            (await dps.ReadAsync("contoso", "device-000001")).Content();
        }

        Assert.Equal(unwraps + 1, _vault.Unwraps);

        async Task BeginAsync()
        {
            var read = dps.ReadAsync("contoso", "device-000001");
            if (Interlocked.Increment(ref begun) == Cold - 1)
            {
                queued.Set();
            }

            (await read).Content();
        }
    }

    [Fact]
    public async Task A_revoke_survives_a_restart_and_is_not_asked_for_by_reads()
    {
        await using var dps = await PreparedAsync();
        var version = _vault.Version((await dps.KeyOfAsync("contoso")).EffectiveKey);
        version.Enabled = false;
        Assert.Equal(2, (await dps.RecheckAsync("contoso")).Epoch);
        await dps.StopAsync();
        version.Enabled = true;
        _vault.Intercept = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);
        await dps.StartAsync();

        Assert.Equal((KeyAccess.Revoked, 2L), ((await dps.KeyOfAsync("contoso")).Access is var access ? (access.Access, access.Epoch) : default));
        Assert.Equal(KeyAccess.Revoked, Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001")).Read.Access);
        Assert.Equal(ProvisioningRefusals.KeyAccessRevoked, (await PutAsync(dps)).Refusal().Code);
        Assert.Equal(KeyAccess.Revoked, (await dps.RecheckAsync("contoso")).Access);

        _vault.Intercept = null;
        Assert.Equal((KeyAccess.Accessible, 3L), ((await dps.RecheckAsync("contoso")) is var back ? (back.Access, back.Epoch) : default));
        Assert.Equal("device-000001", (await dps.ReadAsync("contoso", "device-000001")).Content().RegistrationId);
    }

    [Fact]
    public async Task The_first_denial_that_a_read_meets_revokes_at_once()
    {
        await using var dps = await PreparedAsync();
        await dps.RestartAsync();
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);

        var rejected = Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001")).Read;
        Assert.Equal((KeyAccess.Revoked, KeyAccessCause.RoleMissing, "ForbiddenByRbac"), (rejected.Access, rejected.Cause, rejected.VaultErrorCode));
        _vault.DeniedTokens.Clear();
        Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001"));
    }

    [Fact]
    public async Task A_missing_token_is_no_denial()
    {
        var failing = false;
        await using var dps = await RunningDps.StartedAsync(new VaultAccess
        {
            CredentialFor = identity => failing ? throw new InvalidOperationException("No such identity.") : _vault.Access.CredentialFor(identity),
            Transport = _vault.Transport,
        });
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.RestartAsync();
        failing = true;

        Assert.Equal(
            (KeyAccess.Unavailable, KeyAccessCause.TokenUnavailable),
            ((await dps.RecheckAsync("contoso")) is var status ? (status.Access, status.Cause) : default));
    }

    private async Task<RunningDps> PreparedAsync()
    {
        var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.ImportAsync("contoso", 5);
        return dps;
    }

    private static Task<Outcome<RecordSummary>> PutAsync(RunningDps dps) =>
        dps.Enrollments.PutGroupAsync(RunningDps.Tester, "contoso", RunningDps.Group("line-b"), null, None);
}
