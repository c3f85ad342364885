using DpsPortal.KeyVault.Http;

namespace DpsPortal.KeyVault.Management;

/// <summary>What shall become of a vault, or why nothing does.</summary>
internal abstract record VaultDecision
{
    private VaultDecision()
    {
    }

    public sealed record Created(VaultResource Vault) : VaultDecision;

    /// <summary>Updated or recovered.</summary>
    public sealed record Changed(VaultResource Vault) : VaultDecision;

    /// <summary>Soft-deleted, and its role assignments with it.</summary>
    public sealed record Deleted(VaultResource Vault) : VaultDecision;

    /// <summary>Gone for good, and every key in it.</summary>
    public sealed record Purged(VaultResource Vault) : VaultDecision;

    public sealed record Refused(VaultError Error) : VaultDecision;
}
