namespace DpsPortal.Provisioning.Access;

/// <summary>How fresh the evidence must be on which work on the instance key begins.</summary>
internal enum KeyEvidence
{
    /// <summary>The key in memory while its lease runs, or else the vault's.</summary>
    Lease,

    /// <summary>The current form was unwrapped and compared in the last moments: by a check, or else now.</summary>
    Proof,

    /// <summary>The vault is asked now. A denial is final; in an outage the key in memory serves while its lease runs.</summary>
    AskedNow,
}
