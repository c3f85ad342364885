using DpsPortal.Services.People;

namespace DpsPortal.Services.Verification;

/// <summary>An earlier reading that another is compared with.</summary>
public sealed record ComparedReading(long Sequence, DateTimeOffset At, Person By);
