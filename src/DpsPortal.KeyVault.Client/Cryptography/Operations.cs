using System.Text.Json;
using Azure.Core;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>The operations, by the keys REST contract: <c>POST {key}/{verb} {"alg","value"} → {"kid","value"}</c>.</summary>
internal static class Operations
{
    public static CryptographyOperation<EncryptResult> Encrypt(EncryptParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters, "encryptParameters");
        parameters.Initialize();
        var (algorithm, plaintext) = (parameters.Algorithm, parameters.Plaintext);
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
            }, json =>
            {
                json.WriteOptional("iv", parameters.Iv);
                json.WriteOptional("aad", parameters.AdditionalAuthenticatedData);
            }));
    }

    public static CryptographyOperation<DecryptResult> Decrypt(DecryptParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters, "decryptParameters");
        var (algorithm, ciphertext) = (parameters.Algorithm, parameters.Ciphertext);
        return new(
            nameof(CryptographyClient.Decrypt),
            NeedsThePrivateKey<DecryptResult>,
            Request("/decrypt", algorithm.ToString(), ciphertext, json => new DecryptResult
            {
                KeyId = json.OptionalText("kid"),
                Plaintext = json.OptionalBytes("value"),
                Algorithm = algorithm,
            }, json =>
            {
                json.WriteOptional("iv", parameters.Iv);
                json.WriteOptional("tag", parameters.AuthenticationTag);
                json.WriteOptional("aad", parameters.AdditionalAuthenticatedData);
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

    public static CryptographyOperation<SignResult> Sign(string name, SignatureAlgorithm algorithm, byte[] digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return new(
            name,
            NeedsThePrivateKey<SignResult>,
            Request("/sign", algorithm.ToString(), digest, json => new SignResult
            {
                KeyId = json.OptionalText("kid"),
                Signature = json.OptionalBytes("value"),
                Algorithm = algorithm,
            }));
    }

    /// <param name="keyId">The identifier for the result where the vault is asked: it answers nothing but whether.</param>
    public static CryptographyOperation<VerifyResult> Verify(string name, SignatureAlgorithm algorithm, byte[] digest, byte[] signature, string keyId)
    {
        ArgumentNullException.ThrowIfNull(digest);
        ArgumentNullException.ThrowIfNull(signature);
        return new(
            name,
            key => key.TryVerify(algorithm, digest, signature) is { } isValid
                ? new VerifyResult { KeyId = key.Id, IsValid = isValid, Algorithm = algorithm }
                : null,
            Request("/verify", algorithm.ToString(), signature, json => new VerifyResult
            {
                KeyId = keyId,
                IsValid = json.Optional("value")?.GetBoolean() ?? false,
                Algorithm = algorithm,
            }, json => json.WriteOptional("digest", digest)));
    }

    private static T NeedsThePrivateKey<T>(PublicKey key)
        where T : class => null;

    private static VaultCall<T> Request<T>(string path, string algorithm, byte[] value, Func<JsonElement, T> read, Action<Utf8JsonWriter> writeMore = null) =>
        new(RequestMethod.Post, path, read)
        {
            WriteBody = json =>
            {
                json.WriteString("alg", algorithm);
                json.WriteOptional("value", value);
                writeMore?.Invoke(json);
            },
        };
}
