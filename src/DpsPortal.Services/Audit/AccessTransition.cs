namespace DpsPortal.Services.Audit;

internal enum AccessTransition
{
    /// <summary>The vault denies it.</summary>
    Lost,

    /// <summary>After a denial, an unwrap was verified again.</summary>
    Regained,

    /// <summary>After an outage or a lapse of validity all is as before; nothing was denied meanwhile.</summary>
    Answering,
    Degraded,
    Unavailable,

    /// <summary>Something else answers in the vault's place.</summary>
    Misconfigured,

    /// <summary>The vault says nothing new, and reads and writes, served until now, are refused.</summary>
    LeaseEnded,

    /// <summary>The vault says nothing new since the start, and what a lease may have served before it is refused.</summary>
    RefusedSinceStart,
}
