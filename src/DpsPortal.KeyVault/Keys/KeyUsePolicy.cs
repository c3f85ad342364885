using DpsPortal.KeyVault.Http;

namespace DpsPortal.KeyVault.Keys;

/// <summary>
/// May this version do this now? A disabled version does nothing. Outside nbf and exp it no longer protects (encrypt,
/// wrapKey, sign), yet still opens and verifies what it once protected (decrypt, unwrapKey, verify): Key Vault's documented rule
/// for recovery.
/// </summary>
internal static class KeyUsePolicy
{
    public static VaultError? Refusal(KeyVersion version, string operation, DateTimeOffset now)
    {
        var attributes = version.Attributes;
        if (!attributes.Enabled)
        {
            return VaultError.Forbidden($"Operation {operation} is not allowed on a disabled key.", "KeyDisabled");
        }

        if (!version.Operations.Contains(operation))
        {
            return VaultError.Forbidden($"Operation {operation} is not permitted on this key.", "KeyOperationForbidden");
        }

        if (operation is KeyOperations.Decrypt or KeyOperations.UnwrapKey or KeyOperations.Verify)
        {
            return null;
        }

        if (attributes.NotBefore > now)
        {
            return VaultError.Forbidden($"Operation {operation} is not allowed on a key that is not yet valid.", "KeyNotYetValid");
        }

        return attributes.Expires <= now
            ? VaultError.Forbidden($"Operation {operation} is not allowed on an expired key.", "KeyExpired")
            : null;
    }
}
