using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Instances;

namespace DpsPortal.Provisioning.Access;

/// <summary>
/// Guards one instance's keys. Every call to the vault about them happens under one lock, so answers are judged in the order in which
/// they were asked for, and many readers cause one unwrap. What is known is one standing: whoever holds the lock replaces it as a
/// whole, and everybody else reads it once and judges by what it says.
/// </summary>
internal sealed partial class KeyGuard : IDisposable
{
    private readonly InstanceHeader _instance;
    private readonly SecretKey _platformKey;
    private readonly GuardServices _services;
    private readonly LeaseClock _clock;
    private readonly AccessProbe _probe;
    private readonly SemaphoreSlim _lock = new(1, 1);
    private volatile AccessStanding _standing;

    /// <param name="verified">The state is what this process itself has just found, not what was stored.</param>
    public KeyGuard(InstanceHeader instance, WrappedForms forms, AccessState state, bool verified, SecretKey platformKey, GuardServices services)
    {
        (_instance, _platformKey, _services, _clock) = (instance, platformKey, services, services.Clock);
        _probe = new AccessProbe(instance, services.Vaults, services.DomainClock);
        _standing = AccessStanding.AtStart(forms, state, verified, _clock.Now, services.Options);
    }

    public WrappedForms Forms => _standing.Forms;

    public KeyIdentifier EffectiveKey => Forms.Current.WrappedBy;

    /// <inheritdoc cref="AccessStanding.NewerVersion"/>
    public KeyIdentifier? NewerVersion => _standing.NewerVersion;

    public DateTimeOffset NextCheckAt => _standing.NextCheckAt;

    public KeyAccessStatus Status => AccessReport.Of(_standing, _clock.Now);

    /// <summary>Enters the ring, unwrapping the instance key first where this process has not done so yet. Leave with <see cref="KeyRing.Exit"/>.</summary>
    public ValueTask<KeyEntry> EnterAsync(CancellationToken cancellationToken) =>
        TryEnter(out var entry) ? new ValueTask<KeyEntry>(entry) : new ValueTask<KeyEntry>(EnterSlowlyAsync(cancellationToken));

    /// <summary>Looks again after the cryptography: a revoke that began meanwhile, or a lease that ended, takes the result back.</summary>
    public AccessVerdict? DenialAfterUse(KeyRing ring)
    {
        if (ring.ClosedBy is { } closed)
        {
            return closed;
        }

        var standing = _standing;
        return standing.LeaseRuns(_clock.Elapsed) ? null : standing.Denial;
    }

    /// <summary>
    /// Asks the vault now. After a denial this returns when the new epoch is durable, no read is in flight and the keys are gone.
    /// </summary>
    public Task<KeyAccessStatus> CheckAsync(CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            await VerifyAsync(cancellationToken).ConfigureAwait(false);
            return Status;
        },
        cancellationToken);

    /// <inheritdoc cref="AccessStanding.Postponed"/>
    public Task PostponeCheckAsync(CancellationToken cancellationToken) =>
        AloneAsync(() => Task.FromResult(_standing = _standing.Postponed(_clock.Now)), cancellationToken);

    /// <summary>
    /// Runs work on the instance key while no other check runs. The work gets the key, or the denial; when it returns other
    /// forms, they take effect before the lock is released.
    /// </summary>
    public Task<T> WithInstanceKeyAsync<T>(
        KeyEvidence evidence, Func<InstanceKey?, AccessVerdict, Task<(T Result, WrappedForms? Forms)>> work, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (_standing.MustAskFor(evidence, _clock.Elapsed))
            {
                await VerifyAsync(cancellationToken).ConfigureAwait(false);
            }

            // Only this lock's holder replaces the standing, so the key cannot go while the work runs.
            var standing = _standing;
            var key = standing.Grants(evidence, _clock.Elapsed) ? standing.Ring?.InstanceKey : null;
            var (result, forms) = await work(key, standing.State.Verdict).ConfigureAwait(false);
            if (forms is not null)
            {
                _standing = standing.Under(forms);
            }

            return result;
        },
        cancellationToken);

    public void Dispose()
    {
        _standing.Ring?.Close(AccessVerdict.NotVerifiedYet);
        _standing.Ring?.Dispose();
        _lock.Dispose();
    }

    private bool TryEnter(out KeyEntry entry)
    {
        var standing = _standing;
        if (standing.Ring is { } ring && standing.LeaseRuns(_clock.Elapsed) && ring.TryEnter())
        {
            entry = new KeyEntry(ring, null);
            return true;
        }

        entry = new KeyEntry(null, standing.Denial);
        return standing.IsKnownClosed;
    }

    private Task<KeyEntry> EnterSlowlyAsync(CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (!TryEnter(out var entry))
            {
                await VerifyAsync(cancellationToken).ConfigureAwait(false);
                TryEnter(out entry);
            }

            return entry;
        },
        cancellationToken);

    private async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }
}
