namespace DpsPortal.Provisioning.Access;

/// <summary>Tells the time by which access to keys is judged.</summary>
internal sealed class LeaseClock(TimeProvider systemClock)
{
    private readonly long _begun = systemClock.GetTimestamp();

    public TimeSpan Elapsed => systemClock.GetElapsedTime(_begun);

    public Moment Now => new(systemClock.GetUtcNow(), Elapsed);
}
