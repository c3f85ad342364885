using Azure.Security.KeyVault.Keys.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Makes what the vault returns, for tests that replace members of <see cref="CryptographyClient"/>.</summary>
public static class CryptographyModelFactory
{
    public static EncryptResult EncryptResult(
        string keyId = null,
        byte[] ciphertext = null,
        EncryptionAlgorithm algorithm = default,
        byte[] iv = null,
        byte[] authenticatedTag = null,
        byte[] additionalAuthenticatedData = null) =>
        new()
        {
            KeyId = keyId,
            Ciphertext = ciphertext,
            Algorithm = algorithm,
            Iv = iv,
            AuthenticationTag = authenticatedTag,
            AdditionalAuthenticatedData = additionalAuthenticatedData,
        };

    public static DecryptResult DecryptResult(string keyId = null, byte[] plaintext = null, EncryptionAlgorithm algorithm = default) =>
        new() { KeyId = keyId, Plaintext = plaintext, Algorithm = algorithm };

    public static WrapResult WrapResult(string keyId = null, byte[] key = null, KeyWrapAlgorithm algorithm = default) =>
        new() { KeyId = keyId, EncryptedKey = key, Algorithm = algorithm };

    public static UnwrapResult UnwrapResult(string keyId = null, byte[] key = null, KeyWrapAlgorithm algorithm = default) =>
        new() { KeyId = keyId, Key = key, Algorithm = algorithm };

    public static SignResult SignResult(string keyId = null, byte[] signature = null, SignatureAlgorithm algorithm = default) =>
        new() { KeyId = keyId, Signature = signature, Algorithm = algorithm };

    public static VerifyResult VerifyResult(string keyId = null, bool isValid = false, SignatureAlgorithm algorithm = default) =>
        new() { KeyId = keyId, IsValid = isValid, Algorithm = algorithm };

    public static EncryptParameters EncryptParameters(
        EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv = null, byte[] additionalAuthenticatedData = null) =>
        new(algorithm, plaintext, iv, additionalAuthenticatedData);

    public static DecryptParameters DecryptParameters(
        EncryptionAlgorithm algorithm, byte[] ciphertext, byte[] iv = null, byte[] authenticationTag = null, byte[] additionalAuthenticatedData = null) =>
        new(algorithm, ciphertext) { Iv = iv, AuthenticationTag = authenticationTag, AdditionalAuthenticatedData = additionalAuthenticatedData };
}
