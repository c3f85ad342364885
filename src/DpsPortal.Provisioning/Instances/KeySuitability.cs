using System.Globalization;
using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Instances;

/// <summary>Whether a key may take on an instance key. Pure; each answer is the refusal or nothing.</summary>
internal static class KeySuitability
{
    private static readonly int[] Sizes = [2048, 3072, 4096];

    public static Refusal? Vault(KeyIdentifier key, ProvisioningOptions options) =>
        options.AllowedVaultSuffixes.Any(suffix => key.Vault.Host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase))
            ? null
            : new Refusal(ProvisioningRefusals.VaultNotAllowed, nameof(CreateInstance.Key), [key.Vault.Host, .. options.AllowedVaultSuffixes]);

    public static Refusal? TypeAndSize(KeyVaultKey key)
    {
        if (key.KeyType != KeyType.Rsa && key.KeyType != KeyType.RsaHsm)
        {
            return Refuse(ProvisioningRefusals.KeyTypeUnsupported, key.KeyType.ToString());
        }

        var bits = (key.Key.N?.Length ?? 0) * 8;
        return Sizes.Contains(bits) ? null : Refuse(ProvisioningRefusals.KeySizeUnsupported, bits.ToString(CultureInfo.InvariantCulture));
    }

    public static Refusal? EnabledAndValid(KeyProperties properties, DateTimeOffset domainNow)
    {
        if (properties.Enabled == false)
        {
            return Refuse(ProvisioningRefusals.KeyDisabled);
        }

        return KeyValidity.Judge(properties, domainNow).Cause switch
        {
            KeyAccessCause.KeyExpired => Refuse(ProvisioningRefusals.KeyExpired, Text(properties.ExpiresOn)),
            KeyAccessCause.KeyNotYetValid => Refuse(ProvisioningRefusals.KeyNotYetValid, Text(properties.NotBefore)),
            _ => null,
        };
    }

    public static Refusal? Operations(KeyVaultKey key)
    {
        var missing = new[] { KeyOperation.WrapKey, KeyOperation.UnwrapKey }.Except(key.KeyOperations).Select(operation => operation.ToString()).ToArray();
        return missing.Length == 0 ? null : Refuse(ProvisioningRefusals.KeyOperationsMissing, missing);
    }

    /// <summary>Levels that contain <c>Purgeable</c> let a deleted key be purged at once; the others have purge protection.</summary>
    public static Refusal? PurgeProtection(KeyProperties properties) =>
        properties.RecoveryLevel is { Length: > 0 } level && !level.Contains("Purgeable", StringComparison.OrdinalIgnoreCase)
            ? null
            : Refuse(ProvisioningRefusals.PurgeProtectionMissing, properties.RecoveryLevel ?? "");

    private static string Text(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture) ?? "";

    private static Refusal Refuse(string code, params string[] arguments) => new(code, nameof(CreateInstance.Key), arguments);
}
