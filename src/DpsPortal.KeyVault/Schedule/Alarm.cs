using System.Threading.Channels;

namespace DpsPortal.KeyVault.Schedule;

/// <summary>
/// Wakes whoever waits, once for any number of reasons: something has changed, or a second of the clock has passed. A clock
/// that is moved tells nobody, hence the seconds; its timers follow it where they can (tests).
/// </summary>
internal sealed class Alarm : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _timer;
    private int _hasTicked = 1;

    public Alarm(TimeProvider clock) => _timer = clock.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>
    /// Whether a second has passed since this was last true. The timer is set before the caller looks at the clock, so a clock
    /// that jumps in between is seen either by the caller or by the timer.
    /// </summary>
    public bool TakeTick()
    {
        if (Interlocked.Exchange(ref _hasTicked, 0) == 0)
        {
            return false;
        }

        _timer.Change(Second, Timeout.InfiniteTimeSpan);
        return true;
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _wake.Reader.ReadAsync(cancellationToken);

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        Volatile.Write(ref _hasTicked, 1);
        Wake();
    }
}
