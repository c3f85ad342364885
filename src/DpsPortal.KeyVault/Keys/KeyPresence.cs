namespace DpsPortal.KeyVault.Keys;

/// <summary>Where a name stands between "there" and "gone".</summary>
internal enum KeyPresence
{
    /// <summary>Never made, or purged.</summary>
    Absent,
    Present,
    BeingDeleted,
    Deleted,
    BeingRecovered,
}
