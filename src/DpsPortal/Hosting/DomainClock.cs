namespace DpsPortal.Hosting;

/// <summary>
/// The clock of keys, policies and devices. It runs with the system clock, and the sample sets it back to live through
/// months of rotations. Tokens, TLS, leases and the order of logs use the system clock, never this one.
/// </summary>
internal sealed class DomainClock : TimeProvider
{
    private long _offsetTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offsetTicks));

    public void MoveTo(DateTimeOffset moment) =>
        Interlocked.Exchange(ref _offsetTicks, (moment - System.GetUtcNow()).Ticks);

    public void ReturnToPresent() => Interlocked.Exchange(ref _offsetTicks, 0);
}
