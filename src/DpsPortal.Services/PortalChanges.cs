using Microsoft.Extensions.Logging;

namespace DpsPortal.Services;

/// <summary>Collects changes and hands them on in batches, so that a burst costs a page one reading and not a hundred.</summary>
internal sealed partial class PortalChanges(TimeProvider clock, ILogger<PortalChanges> logger) : IPortalChanges, IDisposable
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly List<Subscription> _subscriptions = [];
    private HashSet<PortalChange> _pending = [];
    private ITimer? _timer;
    private long? _deliveredAt;

    public IDisposable Subscribe(Action<IReadOnlySet<PortalChange>> onChanges)
    {
        var subscription = new Subscription(this, onChanges);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    public void Publish(PortalChangeKind kind, string subject)
    {
        lock (_gate)
        {
            if (!_pending.Add(new PortalChange(kind, subject)) || _pending.Count > 1)
            {
                return;
            }

            var since = _deliveredAt is { } last ? clock.GetElapsedTime(last) : Pause;
            var wait = since >= Pause ? TimeSpan.Zero : Pause - since;
            _timer ??= clock.CreateTimer(static state => ((PortalChanges)state!).Deliver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _subscriptions.Clear();
        }
    }

    private void Deliver()
    {
        HashSet<PortalChange> changes;
        Subscription[] receivers;
        lock (_gate)
        {
            (changes, _pending) = (_pending, []);
            receivers = [.. _subscriptions];
            _deliveredAt = clock.GetTimestamp();
        }

        foreach (var receiver in receivers)
        {
            try
            {
                receiver.OnChanges(changes);
            }
#pragma warning disable CA1031 // A page that fails must not cost the others their changes.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogSubscriberFailed(logger, fault);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A subscriber to portal changes failed.")]
    private static partial void LogSubscriberFailed(ILogger logger, Exception fault);

    private sealed class Subscription(PortalChanges feed, Action<IReadOnlySet<PortalChange>> onChanges) : IDisposable
    {
        public Action<IReadOnlySet<PortalChange>> OnChanges => onChanges;

        public void Dispose()
        {
            lock (feed._gate)
            {
                feed._subscriptions.Remove(this);
            }
        }
    }
}
