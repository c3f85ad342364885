namespace DpsPortal.KeyVault.Events;

/// <summary>The events there are. Nothing is published when a key is disabled or deleted or a role is taken away, as in Azure.</summary>
public static class KeyVaultEventTypes
{
    /// <summary>A key has a new version: created, rotated, imported.</summary>
    public const string KeyNewVersionCreated = "Microsoft.KeyVault.KeyNewVersionCreated";

    /// <summary>The current version expires soon: 30 days before, or as the rotation policy says.</summary>
    public const string KeyNearExpiry = "Microsoft.KeyVault.KeyNearExpiry";

    /// <summary>The current version has expired.</summary>
    public const string KeyExpired = "Microsoft.KeyVault.KeyExpired";

    /// <summary>
    /// The access policies of a vault, or its permission model, were changed. A vault in this process has Azure RBAC alone and refuses
    /// both, and a change of roles is silent in Azure too: it is here for subscribers that are written for Azure.
    /// </summary>
    public const string VaultAccessPolicyChanged = "Microsoft.KeyVault.VaultAccessPolicyChanged";
}
