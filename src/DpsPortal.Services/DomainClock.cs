namespace DpsPortal.Services;

/// <summary>
/// The clock of what is administered: validity of keys, and the times written into history, so that they agree with those of the
/// vault's versions. Retries, and how long an impact stays valid, run on the system clock.
/// </summary>
internal sealed class DomainClock(TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();
}
