using System.Threading.Channels;

namespace DpsPortal.Provisioning.Access;

/// <summary>Wakes the poller when the time of some instance's next check has changed.</summary>
internal sealed class CheckSchedule
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Changed() => _changes.Writer.TryWrite(true);

    /// <summary>Waits until <paramref name="delay"/> has passed on the clock or something has changed.</summary>
    public async Task WaitAsync(TimeSpan delay, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var passed = Task.Delay(delay, clock, enough.Token);
        var changed = _changes.Reader.WaitToReadAsync(enough.Token).AsTask();
        await Task.WhenAny(passed, changed).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        _changes.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
