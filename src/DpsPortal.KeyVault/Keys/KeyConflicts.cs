using DpsPortal.KeyVault.Http;

namespace DpsPortal.KeyVault.Keys;

/// <summary>409: the name stands in the way of what is asked.</summary>
internal static class KeyConflicts
{
    /// <summary>To what would make a key of this name.</summary>
    public static VaultError NameTaken(string name, KeyPresence presence) => presence switch
    {
        KeyPresence.BeingDeleted => Conflict($"Key {name} is currently being deleted and cannot be re-created; retry later.", "ObjectIsBeingDeleted"),
        KeyPresence.BeingRecovered => Conflict($"Key {name} is currently being recovered and cannot be re-created; retry later.", "ObjectIsBeingRecovered"),
        _ => Conflict(
            $"Key {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered " +
            "or purged.",
            "ObjectIsDeletedButRecoverable"),
    };

    /// <summary>To what would delete, recover or purge it again before it has settled.</summary>
    public static VaultError Unsettled(string name, KeyPresence presence) => presence == KeyPresence.BeingDeleted
        ? Conflict($"Key {name} is currently being deleted.", "ObjectIsBeingDeleted")
        : Conflict($"Key {name} is currently being recovered.", "ObjectIsBeingRecovered");

    public static VaultError RecoveredTwice(string keyId) => Conflict(
        $"There was a conflict while recovering the soft-deleted key '{keyId}'. This can happen when multiple operations are performed in parallel against " +
        "the soft-deleted key. To avoid this error, perform operations against the soft-deleted key in a sequential manner.", null);

    public static VaultError RestoredOver(string keyId) => Conflict(
        $"There was a conflict restoring the key '{keyId}'. This can happen if either: a second key with the same name was created after the first key was " +
        "deleted; thus trying to restore a key whose name is already in use. To fix this, rename the second key to something else so that the restore works. " +
        "The second probable cause of this exception is when multiple operations are performed in parallel against the key. To avoid this error, perform " +
        "operations against a key in a sequential manner.", null);

    private static VaultError Conflict(string message, string? innerCode) => new(409, "Conflict", message, innerCode);
}
