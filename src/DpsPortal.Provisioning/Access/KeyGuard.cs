using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Access;

/// <summary>Whether an operation may use the keys: the ring it has entered, or why not.</summary>
internal readonly record struct KeyEntry(KeyRing? Ring, AccessVerdict? Denial);

/// <summary>How fresh the evidence must be on which work on the instance key begins.</summary>
internal enum KeyEvidence
{
    /// <summary>The key in memory while its lease runs, or else the vault's.</summary>
    Lease,

    /// <summary>The current form was unwrapped and compared in the last moments: by a check, or else now.</summary>
    Proof,

    /// <summary>The vault is asked now. A denial is final; in an outage the key in memory serves while its lease runs.</summary>
    AskedNow,
}

/// <summary>
/// Guards one instance's keys. Every call to the vault about them happens under one lock, so answers are judged in the
/// order in which they were asked for, and many readers cause one unwrap.
/// </summary>
internal sealed class KeyGuard : IDisposable
{
    /// <summary>How long an unwrap that was compared proves its form: long enough for the prune that follows a re-key.</summary>
    private static readonly TimeSpan ProofLasts = TimeSpan.FromSeconds(10);

    /// <summary>A start asks nothing of a vault, and soon after it every instance is checked, so that what is shown is known.</summary>
    private static readonly TimeSpan FirstCheckAfter = TimeSpan.FromSeconds(2);

    private readonly InstanceHeader _instance;
    private readonly ManagedIdentity _identity;
    private readonly SecretKey _platformKey;
    private readonly GuardServices _services;
    private readonly SemaphoreSlim _lock = new(1, 1);

    private volatile AccessState _state;

    // What the database says. It is behind the state while the disk takes nothing; the next save makes up for all that was missed.
    private AccessState _stored;
    private volatile KeyRing? _ring;
    private volatile WrappedForms _forms;
    private volatile KeyIdentifier? _newerVersion;
    private (WrappedForm Form, long At)? _proof;
    private long _verifiedTimestamp;
    private long _leaseEndsTicks;
    private long _nextCheckTicks;
    private int _failures;
    private volatile bool _checkedSinceStart;
    private bool _servedByLease;

    /// <param name="verified">The state is what this process itself has just found, not what was stored.</param>
    public KeyGuard(InstanceHeader instance, WrappedForms forms, AccessState state, bool verified, SecretKey platformKey, GuardServices services)
    {
        _instance = instance;
        _identity = instance.Identity!;
        _forms = forms;
        _state = _stored = state with { IsAnswered = verified };
        _platformKey = platformKey;
        _services = services;
        _checkedSinceStart = verified;
        _verifiedTimestamp = verified ? services.SystemClock.GetTimestamp() : 0;
        NextCheckAt = Now + (verified ? services.Options.PollInterval : FirstCheckAfter);
    }

    public KeyIdentifier EffectiveKey => _forms.Current.WrappedBy;

    public WrappedForms Forms => _forms;

    /// <summary>The key's current version where the instance follows it and is still under another one, as the last check saw it.</summary>
    public KeyIdentifier? NewerVersion => _newerVersion;

    public DateTimeOffset NextCheckAt
    {
        get => new(Interlocked.Read(ref _nextCheckTicks), TimeSpan.Zero);
        private set => Interlocked.Exchange(ref _nextCheckTicks, value.UtcTicks);
    }

    public KeyAccessStatus Status
    {
        get
        {
            var state = _state;
            var known = IsKnown(state);
            return new KeyAccessStatus(
                known ? state.Access : KeyAccess.NotVerified,
                known ? state.Cause : KeyAccessCause.NotVerifiedYet,
                known ? state.VaultErrorCode : null,
                state.AskedAt,
                state.VerifiedAt,
                state.IsRevoked ? null : LeaseEndsAt,
                NextCheckAt,
                state.Epoch)
            {
                Records = RecordsUnder(state),
                CauseSeenAt = state.SeenAt,
                Unanswered = state.Unanswered,
                Since = known ? state.Since : null,
                LastKnown = known ? null : state.Access,
            };
        }
    }

    private DateTimeOffset Now => _services.SystemClock.GetUtcNow();

    /// <summary>Enters the ring, unwrapping the instance key first where this process has not done so yet. Leave with <see cref="KeyRing.Exit"/>.</summary>
    public ValueTask<KeyEntry> EnterAsync(CancellationToken cancellationToken) =>
        TryEnter(out var entry) ? new ValueTask<KeyEntry>(entry) : EnterSlowlyAsync(cancellationToken);

    /// <summary>Looks again after the cryptography: a revoke that began meanwhile, or a lease that ended, takes the result back.</summary>
    public AccessVerdict? DenialAfterUse(KeyRing ring) =>
        ring.ClosedBy ?? (LeaseRuns ? null : _state.Verdict is { IsVerified: false } known ? known : new AccessVerdict(KeyAccess.Unavailable, KeyAccessCause.NotVerifiedYet));

    /// <summary>
    /// Asks the vault now. After a denial this returns when the new epoch is durable, no read is in flight and the keys are gone.
    /// </summary>
    public async Task<KeyAccessStatus> CheckAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await VerifyAsync(cancellationToken).ConfigureAwait(false);
            return Status;
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>After a check that broke off with an exception: not again at once.</summary>
    public void PostponeCheck() => NextCheckAt = Now + AccessState.LongestProbe;

    /// <summary>
    /// Runs work on the instance key while no other check runs. The work gets the key, or the denial; when it returns other
    /// forms, they take effect before the lock is released.
    /// </summary>
    public async Task<T> WithInstanceKeyAsync<T>(
        KeyEvidence evidence, Func<InstanceKey?, AccessVerdict, Task<(T Result, WrappedForms? Forms)>> work, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (evidence == KeyEvidence.AskedNow || (!_state.IsRevoked && ((evidence == KeyEvidence.Proof && !IsProven) || _ring is null || !LeaseRuns)))
            {
                await VerifyAsync(cancellationToken).ConfigureAwait(false);
            }

            // Only this lock's holder replaces the ring, so the key cannot go while the work runs.
            var usable = evidence == KeyEvidence.Proof ? _state.Verdict.IsVerified : !_state.IsRevoked && LeaseRuns;
            var (result, forms) = await work(usable ? _ring?.InstanceKey : null, _state.Verdict).ConfigureAwait(false);
            if (forms is not null)
            {
                TakeOver(forms);
            }

            return result;
        }
        finally
        {
            _lock.Release();
        }
    }

    public void Dispose()
    {
        _ring?.Close(new AccessVerdict(KeyAccess.Unavailable, KeyAccessCause.NotVerifiedYet));
        _ring?.Dispose();
        _lock.Dispose();
    }

    /// <summary>Another configured key opens an epoch, as it was stored with it.</summary>
    private void TakeOver(WrappedForms forms)
    {
        if (forms.Configured != _forms.Configured)
        {
            _state = _state with { Epoch = _state.Epoch + 1 };
            _stored = _stored with { Epoch = _stored.Epoch + 1 };
        }

        _forms = forms;
        _newerVersion = null;
    }

    private bool IsProven =>
        _proof is var (form, at) && form == _forms.Current && _services.SystemClock.GetElapsedTime(at) < ProofLasts;

    private bool LeaseRuns =>
        _services.SystemClock.GetElapsedTime(Interlocked.Read(ref _verifiedTimestamp)) < _services.Options.Lease;

    private DateTimeOffset? LeaseEndsAt => Interlocked.Read(ref _leaseEndsTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>What was stored is a belief until the vault was asked, a denial apart: that stands until an unwrap is verified.</summary>
    private bool IsKnown(AccessState state) => state.IsRevoked || (_checkedSinceStart && (LeaseRuns || !state.Verdict.IsVerified));

    /// <summary>The rule of <see cref="TryEnter"/>, told beforehand.</summary>
    private RecordAccess RecordsUnder(AccessState state) =>
        state.IsRevoked ? RecordAccess.Refused
        : _ring is not null && LeaseRuns ? RecordAccess.Served
        : IsKnownClosed(state) ? RecordAccess.Refused
        : RecordAccess.AskedFirst;

    private bool IsKnownClosed(AccessState state) => state.IsRevoked || (_checkedSinceStart && !state.Verdict.IsVerified);

    private bool TryEnter(out KeyEntry entry)
    {
        if (_ring is { } ring && LeaseRuns && ring.TryEnter())
        {
            entry = new KeyEntry(ring, null);
            return true;
        }

        entry = new KeyEntry(null, _state.Verdict);
        // Known to be closed: the poller asks the vault, not each reader. At start nothing is known yet.
        return IsKnownClosed(_state);
    }

    private async ValueTask<KeyEntry> EnterSlowlyAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (TryEnter(out var entry))
            {
                return entry;
            }

            await VerifyAsync(cancellationToken).ConfigureAwait(false);
            return TryEnter(out entry) ? entry : new KeyEntry(null, _state.Verdict);
        }
        finally
        {
            _lock.Release();
        }
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        // Before the vault is asked: one that hangs would hold back the news.
        await CloseEndedLeaseAsync().ConfigureAwait(false);
        var asked = _services.SystemClock.GetTimestamp();
        var form = _forms.Current;
        var reply = await _services.Vaults.UnwrapAsync(_identity, form.WrappedBy, _instance.BindingId, form.Wrapped, cancellationToken).ConfigureAwait(false);
        if (reply is not VaultReply<InstanceKey>.Answered(var key))
        {
            var failed = (VaultReply<InstanceKey>.Failed)reply;
            await FailAsync(failed.Verdict, failed.RetryAfter).ConfigureAwait(false);
        }
        else if (!key.Matches(form.CheckValue, form.WrappedBy, form.Algorithm))
        {
            key.Dispose();
            await FailAsync(new AccessVerdict(KeyAccess.Misconfigured, KeyAccessCause.AnotherKeyAnswered), null).ConfigureAwait(false);
        }
        else
        {
            await OpenAsync(key, await JudgeTimeAsync(form.WrappedBy).ConfigureAwait(false), asked).ConfigureAwait(false);
        }
    }

    private async Task CloseEndedLeaseAsync()
    {
        if (_ring is not { } ring || LeaseRuns || _state.Verdict.IsVerified)
        {
            return;
        }

        var before = Status with { Records = _servedByLease ? RecordAccess.Served : RecordAccess.Refused };
        _ring = null;
        _servedByLease = false;
        _services.Events.Publish(new ProvisioningEvent.AccessChanged(_instance.Name, EffectiveKey, before, Status));
        ring.Close(_state.Verdict);
        await ring.DrainAsync().ConfigureAwait(false);
    }

    private async Task<AccessVerdict> JudgeTimeAsync(KeyIdentifier version)
    {
        // The unwrap is the evidence; attributes that cannot be read change nothing. An instance that follows its key asks for the
        // current version: mostly that is the one in use, and one call tells both.
        var properties = await PropertiesAsync(_forms.Configured).ConfigureAwait(false);
        _newerVersion = null;
        if (properties is not null && properties.Version != version.Version)
        {
            _newerVersion = KeyIdentifier.TryParse($"{version.Versionless}/{properties.Version}", out var newer) ? newer : null;
            properties = await PropertiesAsync(version).ConfigureAwait(false);
        }

        return properties is null ? AccessVerdict.Verified : KeyValidity.Judge(properties, _services.DomainClock.GetUtcNow());
    }

    private async Task<KeyProperties?> PropertiesAsync(KeyIdentifier key)
    {
        var reply = await _services.Vaults.GetKeyAsync(_identity, key, CancellationToken.None).ConfigureAwait(false);
        return reply is VaultReply<KeyVaultKey>.Answered(var found) ? found.Properties : null;
    }

    private async Task OpenAsync(InstanceKey key, AccessVerdict verdict, long asked)
    {
        var before = _state;
        var after = before.After(verdict, Now);
        try
        {
            await SaveAsync(after).ConfigureAwait(false);
        }
        catch (SqliteException) when (after.Verdict == _stored.Verdict && after.Epoch == _stored.Epoch)
        {
            // Only when it was verified could not be stored. That is no reason to take the key away from readers, who write nothing.
        }
        catch
        {
            key.Dispose();
            throw;
        }

        var statusBefore = Status;
        Interlocked.Exchange(ref _verifiedTimestamp, asked);
        Interlocked.Exchange(ref _leaseEndsTicks, (Now - _services.SystemClock.GetElapsedTime(asked) + _services.Options.Lease).UtcTicks);
        _proof = (_forms.Current, asked);
        if (_ring is null)
        {
            _ring = new KeyRing(key, _platformKey);
        }
        else
        {
            key.Dispose();
        }

        Publish(statusBefore, after, advised: null);
    }

    /// <summary>From here on nothing is cancelled: what the vault said must not be forgotten.</summary>
    private async Task FailAsync(AccessVerdict verdict, TimeSpan? advised)
    {
        var before = _state;
        var after = before.After(verdict, Now);
        var denied = verdict.Access == KeyAccess.Revoked;
        _proof = null;
        if (denied)
        {
            _services.Checkpoints.Reached(RevokeCheckpoints.AfterDenial);
        }

        try
        {
            await SaveAsync(after).ConfigureAwait(false);
            if (denied)
            {
                _services.Checkpoints.Reached(RevokeCheckpoints.AfterDurableEpoch);
            }
        }
        finally
        {
            // Also when the store fails: closed is the safe side.
            Publish(Status, after, advised);
            if (_ring is { } ring && (denied || !LeaseRuns))
            {
                _ring = null;
                ring.Close(verdict);
                await ring.DrainAsync().ConfigureAwait(false);
            }
        }

        if (denied)
        {
            _services.Checkpoints.Reached(RevokeCheckpoints.AfterDrain);
        }
    }

    private async Task SaveAsync(AccessState after)
    {
        await _services.Store.SaveAccessAsync(_instance, _stored, after).ConfigureAwait(false);
        _stored = after;
    }

    private void Publish(KeyAccessStatus before, AccessState after, TimeSpan? advised)
    {
        var verdictBefore = _state.Verdict;
        _failures = after.Verdict.IsVerified ? 0 : _failures + 1;
        var next = Now + after.NextCheckIn(_services.Options.PollInterval, _failures, advised);
        var leaseEnd = Now + _services.Options.Lease - _services.SystemClock.GetElapsedTime(Interlocked.Read(ref _verifiedTimestamp));
        NextCheckAt = _ring is not null && leaseEnd > Now && leaseEnd < next ? leaseEnd : next;
        (_state, _checkedSinceStart) = (after, true);
        _services.Schedule.Changed();
        var now = Status;
        before = _servedByLease ? before with { Records = RecordAccess.Served } : before;
        _servedByLease = now.Records == RecordAccess.Served && !after.Verdict.IsVerified;
        if (verdictBefore != after.Verdict || before.Epoch != now.Epoch || before.Access != now.Access || before.Unanswered != now.Unanswered
            || (before.Records == RecordAccess.Refused) != (now.Records == RecordAccess.Refused))
        {
            _services.Events.Publish(new ProvisioningEvent.AccessChanged(_instance.Name, EffectiveKey, before, now));
        }
    }
}
