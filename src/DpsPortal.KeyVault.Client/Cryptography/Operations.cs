using System.Text.Json;
using Azure.Core;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>The four operations, by the keys REST contract: <c>POST {key}/{verb} {"alg","value"} → {"kid","value"}</c>.</summary>
internal static class Operations
{
    public static CryptographyOperation<EncryptResult> Encrypt(EncryptionAlgorithm algorithm, byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        return new(
            nameof(CryptographyClient.Encrypt),
            key => key.TryEncrypt(KeyOperation.Encrypt, algorithm.ToString(), plaintext) is { } ciphertext
                ? new EncryptResult { KeyId = key.Id, Ciphertext = ciphertext, Algorithm = algorithm }
                : null,
            Request("/encrypt", algorithm.ToString(), plaintext, json => new EncryptResult
            {
                KeyId = json.OptionalText("kid"),
                Ciphertext = json.OptionalBytes("value"),
                Algorithm = algorithm,
                Iv = json.OptionalBytes("iv"),
                AuthenticationTag = json.OptionalBytes("tag"),
                AdditionalAuthenticatedData = json.OptionalBytes("aad"),
            }));
    }

    public static CryptographyOperation<DecryptResult> Decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        return new(
            nameof(CryptographyClient.Decrypt),
            NeedsThePrivateKey<DecryptResult>,
            Request("/decrypt", algorithm.ToString(), ciphertext, json => new DecryptResult
            {
                KeyId = json.OptionalText("kid"),
                Plaintext = json.OptionalBytes("value"),
                Algorithm = algorithm,
            }));
    }

    public static CryptographyOperation<WrapResult> WrapKey(KeyWrapAlgorithm algorithm, byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(
            nameof(CryptographyClient.WrapKey),
            publicKey => publicKey.TryEncrypt(KeyOperation.WrapKey, algorithm.ToString(), key) is { } wrapped
                ? new WrapResult { KeyId = publicKey.Id, EncryptedKey = wrapped, Algorithm = algorithm }
                : null,
            Request("/wrapKey", algorithm.ToString(), key, json => new WrapResult
            {
                KeyId = json.OptionalText("kid"),
                EncryptedKey = json.OptionalBytes("value"),
                Algorithm = algorithm,
            }));
    }

    public static CryptographyOperation<UnwrapResult> UnwrapKey(KeyWrapAlgorithm algorithm, byte[] encryptedKey)
    {
        ArgumentNullException.ThrowIfNull(encryptedKey);
        return new(
            nameof(CryptographyClient.UnwrapKey),
            NeedsThePrivateKey<UnwrapResult>,
            Request("/unwrapKey", algorithm.ToString(), encryptedKey, json => new UnwrapResult
            {
                KeyId = json.OptionalText("kid"),
                Key = json.OptionalBytes("value"),
                Algorithm = algorithm,
            }));
    }

    private static T NeedsThePrivateKey<T>(PublicKey key)
        where T : class => null;

    private static VaultCall<T> Request<T>(string path, string algorithm, byte[] value, Func<JsonElement, T> read) =>
        new(RequestMethod.Post, path, read)
        {
            WriteBody = json =>
            {
                json.WriteString("alg", algorithm);
                json.WriteOptional("value", value);
            },
        };
}
