namespace DpsPortal.Services.Reencrypting;

/// <summary>Where a re-encryption is; an instance that never had one has a state, too.</summary>
public enum ReencryptionState
{
    Never,
    Running,

    /// <summary>It has begun, and the key cannot be used now; it goes on by itself once it can.</summary>
    Waiting,
    Finished,
}
