namespace DpsPortal.Provisioning.Access;

/// <summary>
/// One moment on two clocks. What is stored and shown goes by the system clock, which may be set; leases and proofs go by the
/// other one, which moves forward alone.
/// </summary>
/// <param name="Elapsed">Since the process began to count.</param>
internal readonly record struct Moment(DateTimeOffset Utc, TimeSpan Elapsed);
