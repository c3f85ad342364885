using System.Globalization;
using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Access;

namespace DpsPortal.Provisioning.Contract;

/// <summary>
/// Whether a key may take on an instance key. Pure; each answer is the refusal or nothing. DPS acts by these rules, and a plan that says
/// what it will do asks the same.
/// </summary>
public static class KeySuitability
{
    /// <summary>In bits.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [2048, 3072, 4096];

    /// <summary>What keeps a version from taking on an instance key now: its type and size, its times, its permitted operations.</summary>
    public static Refusal? Of(KeyVaultKey key, DateTimeOffset domainNow) => OfSuccessor(key) ?? EnabledAndValid(key.Properties, domainNow);

    /// <summary>The same for the version that a rotation will make: it has type, size and operations of the one before, and times of its own.</summary>
    public static Refusal? OfSuccessor(KeyVaultKey key) => TypeAndSize(key) ?? Operations(key);

    /// <summary>RSA of one of the <see cref="Sizes"/>.</summary>
    public static Refusal? TypeAndSize(KeyVaultKey key)
    {
        if (key.KeyType != KeyType.Rsa && key.KeyType != KeyType.RsaHsm)
        {
            return Refuse(ProvisioningRefusals.KeyTypeUnsupported, key.KeyType.ToString());
        }

        var bits = (key.Key.N?.Length ?? 0) * 8;
        return Sizes.Contains(bits) ? null : Refuse(ProvisioningRefusals.KeySizeUnsupported, bits.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>An expired or not yet valid key unwraps and does not wrap.</summary>
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

    /// <summary>Both wrapping and unwrapping have to be permitted.</summary>
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
