using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Instances;

/// <summary>Below which domains a vault may be. Pure.</summary>
internal static class AllowedVaultSuffixes
{
    /// <returns>Why the vault of a key is not called, or nothing.</returns>
    public static Refusal? Refuse(KeyIdentifier key, ProvisioningOptions options) =>
        options.AllowedVaultSuffixes.Any(suffix => key.Vault.Host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase))
            ? null
            : new Refusal(ProvisioningRefusals.VaultNotAllowed, nameof(CreateInstance.Key), [key.Vault.Host, .. options.AllowedVaultSuffixes]);
}
