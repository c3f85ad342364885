namespace DpsPortal.Common;

/// <summary>Tells now and then that time has passed, so that what is said relative to now is said anew: one timer for all of a circuit.</summary>
internal sealed class PassingTime(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private ITimer? _timer;

    private Action? _passed;

    public DateTimeOffset Now => clock.GetUtcNow();

    public void Follow(Action passed)
    {
        _passed += passed;
        _timer ??= clock.CreateTimer(_ => _passed?.Invoke(), null, Every, Every);
    }

    public void Leave(Action passed) => _passed -= passed;

    internal bool IsFollowed => _passed is not null;

    public void Dispose() => _timer?.Dispose();
}
