using System.Buffers.Text;
using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Keys;

namespace DpsPortal.KeyVault.KeyRequests;

/// <summary>Keys as the contract shows them.</summary>
internal static class KeyAnswers
{
    public static Answer Bundle(KeyRequest request, StoredKey key, KeyVersion version)
    {
        var jwk = PublicKey(version, request.KeyId(key.Name, version.Version));
        return Answer.Ok(
            new KeyBundle(
                jwk, Attributes(request, version), version.Tags, RecoveryId(request, key),
                key.Deletion?.Deleted.ToUnixTimeSeconds(), key.Deletion?.ScheduledPurge.ToUnixTimeSeconds()),
            KeysJson.Default.KeyBundle);
    }

    /// <summary>Without version in the lists of keys and deleted keys.</summary>
    public static KeyItem Item(KeyRequest request, StoredKey key) => new(
        request.KeyId(key.Name, null), Attributes(request, key.Current), key.Current.Tags, RecoveryId(request, key),
        key.Deletion?.Deleted.ToUnixTimeSeconds(), key.Deletion?.ScheduledPurge.ToUnixTimeSeconds());

    /// <summary>With it in the list of versions.</summary>
    public static KeyItem Item(KeyRequest request, StoredKey key, KeyVersion version) =>
        new(request.KeyId(key.Name, version.Version), Attributes(request, version), version.Tags);

    public static VaultError NotFound(KeyRequest request)
    {
        var id = string.IsNullOrEmpty(request.Version) ? request.Name : $"{request.Name}/{request.Version}";
        return new VaultError(404, "KeyNotFound",
            $"A key with (name/id) {id} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct " +
            "recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182");
    }

    private static string? RecoveryId(KeyRequest request, StoredKey key) => key.Deletion is null ? null : $"{request.BaseAddress}/deletedkeys/{key.Name}";

    private static JsonWebKeyBody PublicKey(KeyVersion version, string id)
    {
        var jwk = new JsonWebKeyBody(id, version.KeyType, version.Operations);
        return version.Material switch
        {
            RsaMaterial rsa => jwk with { N = Base64Url.EncodeToString(rsa.Modulus), E = Base64Url.EncodeToString(Exponent(version, rsa)) },
            EcMaterial ec => jwk with { Crv = ec.Curve.Name, X = Base64Url.EncodeToString(ec.X), Y = Base64Url.EncodeToString(ec.Y) },
            _ => jwk,
        };
    }

    /// <summary>Keys of an -HSM type come with the exponent in four bytes.</summary>
    private static byte[] Exponent(KeyVersion version, RsaMaterial rsa) =>
        KeyTypes.IsHsm(version.KeyType) ? [.. new byte[4 - rsa.Exponent.Length], .. rsa.Exponent] : rsa.Exponent;

    private static KeyAttributesBody Attributes(KeyRequest request, KeyVersion version)
    {
        var attributes = version.Attributes;
        return new KeyAttributesBody(
            attributes.Enabled, attributes.NotBefore?.ToUnixTimeSeconds(), attributes.Expires?.ToUnixTimeSeconds(),
            attributes.Created.ToUnixTimeSeconds(), attributes.Updated.ToUnixTimeSeconds(),
            request.Vault.RecoveryLevel, request.Vault.RetentionDays,
            request.ApiVersion.HasExportable ? false : null,
            // 0 = software. A key of an -HSM type is one, too: there is no HSM here.
            request.ApiVersion.HasHsmPlatform ? "0" : null);
    }
}
