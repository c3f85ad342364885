using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using DpsPortal.Provisioning.Contract;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Operations;

/// <summary>Hands events to subscribers, in order, on a thread of its own. Publishing never waits.</summary>
internal sealed partial class EventFeed(ILogger<EventFeed> logger) : BackgroundService
{
    private readonly Channel<ProvisioningEvent> _events = Channel.CreateUnbounded<ProvisioningEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, bool> _changedInstances = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableArray<Subscription> _subscriptions = [];
    private long _published;
    private long _told;

    /// <summary>Whether everything that was published until now has been told.</summary>
    internal bool HasCaughtUp => Interlocked.Read(ref _told) >= Interlocked.Read(ref _published);

    public IDisposable Subscribe(Action<ProvisioningEvent> onEvent)
    {
        var subscription = new Subscription(this, onEvent);
        ImmutableInterlocked.Update(ref _subscriptions, (all, added) => all.Add(added), subscription);
        return subscription;
    }

    public void Publish(ProvisioningEvent published)
    {
        Interlocked.Increment(ref _published);
        _events.Writer.TryWrite(published);
    }

    /// <summary>Coalesced: a change that is still waiting to be told is not told twice, so that bursts of writes stay one event.</summary>
    public void PublishChanged(string instance)
    {
        if (_changedInstances.TryAdd(instance, true))
        {
            Publish(new ProvisioningEvent.InstanceChanged(instance));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var published in _events.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            if (published is ProvisioningEvent.InstanceChanged)
            {
                _changedInstances.TryRemove(published.Instance, out _);
            }

            foreach (var subscription in _subscriptions)
            {
                Tell(subscription, published);
            }

            Interlocked.Increment(ref _told);
        }
    }

    private void Tell(Subscription subscription, ProvisioningEvent published)
    {
        try
        {
            subscription.OnEvent(published);
        }
        catch (Exception failure)
        {
            // A subscriber's fault is not the next one's.
            LogSubscriberFailed(failure);
        }
    }

    [LoggerMessage(LogLevel.Error, "A subscriber of the event feed failed.")]
    private partial void LogSubscriberFailed(Exception failure);

    private sealed class Subscription(EventFeed feed, Action<ProvisioningEvent> onEvent) : IDisposable
    {
        public Action<ProvisioningEvent> OnEvent => onEvent;

        public void Dispose() =>
            ImmutableInterlocked.Update(ref feed._subscriptions, (all, removed) => all.Remove(removed), this);
    }
}
