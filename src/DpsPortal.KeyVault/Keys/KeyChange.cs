namespace DpsPortal.KeyVault.Keys;

/// <summary>What became of a change.</summary>
internal abstract record KeyChange
{
    private KeyChange()
    {
    }

    public sealed record Done(StoredKey Key) : KeyChange;

    /// <summary>Nothing was changed, because of where the name stands: the same one may be a reason for one operation and not for another.</summary>
    public sealed record Refused(KeyPresence Presence) : KeyChange;

    /// <summary>The vault was deleted or purged since the request was let in.</summary>
    public sealed record VaultGone : KeyChange;
}
