using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Access;

/// <content>What the lock's holder does: asks, stores what the answer means, and only then lets it take effect.</content>
internal sealed partial class KeyGuard
{
    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        if (_standing is { ServesByLease: true } served && !served.LeaseRuns(_clock.Elapsed))
        {
            // Before the vault is asked: one that hangs would hold back the news.
            await ReplaceAsync(served.WithoutKeys(), _clock.Now).ConfigureAwait(false);
        }

        var asked = _clock.Elapsed;
        switch (await _probe.AskAsync(_standing.Forms, cancellationToken).ConfigureAwait(false))
        {
            case ProbeAnswer.Verified verified:
                await OpenAsync(verified, asked).ConfigureAwait(false);
                break;
            case ProbeAnswer.Failed failed:
                await FailAsync(failed).ConfigureAwait(false);
                break;
        }
    }

    private async Task OpenAsync(ProbeAnswer.Verified answer, TimeSpan asked)
    {
        var (ring, now) = (_standing.Ring, _clock.Now);
        var after = _standing.Verified(ring ?? new KeyRing(answer.Key, _platformKey), answer.Verdict, answer.Newer, asked, now, _services.Options);
        try
        {
            after = await SaveAsync(after).ConfigureAwait(false);
        }
        catch (SqliteException) when (after.IsStored)
        {
            // Only when it was verified could not be stored. That is no reason to take the key away from readers, who write nothing.
        }
        catch
        {
            answer.Key.Dispose();
            throw;
        }

        await ReplaceAsync(after, now).ConfigureAwait(false);
        if (ring is not null)
        {
            answer.Key.Dispose();
        }
    }

    /// <summary>From here on nothing is cancelled: what the vault said must not be forgotten.</summary>
    private async Task FailAsync(ProbeAnswer.Failed answer)
    {
        var now = _clock.Now;
        var after = _standing.Failed(answer.Verdict, answer.RetryAfter, now, _services.Options);
        var denied = answer.Verdict.Access == KeyAccess.Revoked;
        Reached(RevokeCheckpoints.AfterDenial);
        try
        {
            after = await SaveAsync(after).ConfigureAwait(false);
            Reached(RevokeCheckpoints.AfterDurableEpoch);
        }
        finally
        {
            // Also when the store fails: closed is the safe side.
            await ReplaceAsync(after, now).ConfigureAwait(false);
        }

        Reached(RevokeCheckpoints.AfterDrain);

        void Reached(string checkpoint)
        {
            if (denied)
            {
                _services.Checkpoints.Reached(checkpoint);
            }
        }
    }

    private async Task<AccessStanding> SaveAsync(AccessStanding after)
    {
        await _services.Store.SaveAccessAsync(_instance, after.Stored, after.State).ConfigureAwait(false);
        return after.Saved();
    }

    /// <summary>The next standing takes effect. Where it holds no keys any more, this returns when no read is in flight and they are gone.</summary>
    private async Task ReplaceAsync(AccessStanding after, Moment now)
    {
        var before = _standing;
        _standing = after;
        var gone = after.Ring is null ? before.Ring : null;
        gone?.Close(after.Denial);
        _services.Schedule.Changed();
        if (AccessReport.Change(before, after, now) is var (was, becomes))
        {
            _services.Events.Publish(new ProvisioningEvent.AccessChanged(_instance.Name, EffectiveKey, was, becomes));
        }

        if (gone is not null)
        {
            await gone.DrainAsync().ConfigureAwait(false);
        }
    }
}
