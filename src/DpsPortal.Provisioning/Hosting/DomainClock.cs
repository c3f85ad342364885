namespace DpsPortal.Provisioning.Hosting;

/// <summary>The adjustable clock of the domain: validity of keys, times of records. Leases, polls and logs follow the system clock.</summary>
internal sealed record DomainClock(TimeProvider Time);
