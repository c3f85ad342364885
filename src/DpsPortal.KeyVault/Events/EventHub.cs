using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace DpsPortal.KeyVault.Events;

/// <summary>Hands events to whoever has subscribed in this process, one after the other. A subscriber that fails stops nobody.</summary>
internal sealed partial class EventHub(ILogger<EventHub> logger)
{
    private ImmutableList<Action<KeyVaultEvent>> _subscribers = [];

    public IDisposable Subscribe(Action<KeyVaultEvent> subscriber)
    {
        ImmutableInterlocked.Update(ref _subscribers, (all, added) => all.Add(added), subscriber);
        return new Subscription(() => ImmutableInterlocked.Update(ref _subscribers, (all, removed) => all.Remove(removed), subscriber));
    }

    public void Publish(KeyVaultEvent happening)
    {
        foreach (var subscriber in _subscribers)
        {
            try
            {
                subscriber(happening);
            }
            catch (Exception fault)
            {
                // What fails is the subscriber's own code, of any kind; the next one is told nevertheless.
                SubscriberFailed(fault, happening.EventType, happening.Id);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A subscriber failed on {EventType} ({EventId}).")]
    private partial void SubscriberFailed(Exception fault, string eventType, string eventId);

    private sealed class Subscription(Action unsubscribe) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                unsubscribe();
            }
        }
    }
}
