namespace DpsPortal.Provisioning.Contract;

/// <summary>What is known of an instance's access to its key-encryption key.</summary>
public enum KeyAccess
{
    /// <summary>The last unwrap was verified.</summary>
    Accessible,

    /// <summary>Reads and writes go on, but the key can no longer take on new wraps (expired, not yet valid).</summary>
    Degraded,

    /// <summary>The vault cannot be asked. Cached keys serve until the lease ends, then reads are refused.</summary>
    Unavailable,

    /// <summary>
    /// The vault answered, but not as this key's vault should (another key, no such identity, a bad request). Cached keys serve until
    /// the lease ends, as in an outage.
    /// </summary>
    Misconfigured,

    /// <summary>The vault denied access. Every cached key was dropped; only a verified unwrap ends it.</summary>
    Revoked,

    /// <summary>
    /// Nothing is known now: the vault has not been asked since DPS started, or the lease ran out over what it said. The next read,
    /// write or check asks it. A state of this process, never stored; what was stored is <see cref="KeyAccessStatus.LastKnown"/>.
    /// </summary>
    NotVerified,
}
