using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What to encrypt, and how. Carries data in clear: do not log.</summary>
public class EncryptParameters
{
    internal EncryptParameters(EncryptionAlgorithm algorithm, byte[] plaintext, byte[] iv = null, byte[] additionalAuthenticatedData = null)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        Algorithm = algorithm;
        Plaintext = plaintext;
        Iv = iv;
        AdditionalAuthenticatedData = additionalAuthenticatedData;
    }

    /// <summary>The algorithm.</summary>
    public EncryptionAlgorithm Algorithm { get; }

    /// <summary>The data in clear.</summary>
    public byte[] Plaintext { get; }

    /// <summary>The initialization vector of AES-CBC. That of AES-GCM is made by the vault.</summary>
    public byte[] Iv { get; private set; }

    /// <summary>Data that is authenticated without being encrypted.</summary>
    public byte[] AdditionalAuthenticatedData { get; }

    public static EncryptParameters Rsa15Parameters(byte[] plaintext) => new(EncryptionAlgorithm.Rsa15, plaintext);

    public static EncryptParameters RsaOaepParameters(byte[] plaintext) => new(EncryptionAlgorithm.RsaOaep, plaintext);

    public static EncryptParameters RsaOaep256Parameters(byte[] plaintext) => new(EncryptionAlgorithm.RsaOaep256, plaintext);

    public static EncryptParameters A128GcmParameters(byte[] plaintext, byte[] additionalAuthenticatedData = null) =>
        new(EncryptionAlgorithm.A128Gcm, plaintext, null, additionalAuthenticatedData);

    public static EncryptParameters A192GcmParameters(byte[] plaintext, byte[] additionalAuthenticatedData = null) =>
        new(EncryptionAlgorithm.A192Gcm, plaintext, null, additionalAuthenticatedData);

    public static EncryptParameters A256GcmParameters(byte[] plaintext, byte[] additionalAuthenticatedData = null) =>
        new(EncryptionAlgorithm.A256Gcm, plaintext, null, additionalAuthenticatedData);

    public static EncryptParameters A128CbcParameters(byte[] plaintext, byte[] iv = null) => new(EncryptionAlgorithm.A128Cbc, plaintext, iv);

    public static EncryptParameters A192CbcParameters(byte[] plaintext, byte[] iv = null) => new(EncryptionAlgorithm.A192Cbc, plaintext, iv);

    public static EncryptParameters A256CbcParameters(byte[] plaintext, byte[] iv = null) => new(EncryptionAlgorithm.A256Cbc, plaintext, iv);

    public static EncryptParameters A128CbcPadParameters(byte[] plaintext, byte[] iv = null) => new(EncryptionAlgorithm.A128CbcPad, plaintext, iv);

    public static EncryptParameters A192CbcPadParameters(byte[] plaintext, byte[] iv = null) => new(EncryptionAlgorithm.A192CbcPad, plaintext, iv);

    public static EncryptParameters A256CbcPadParameters(byte[] plaintext, byte[] iv = null) => new(EncryptionAlgorithm.A256CbcPad, plaintext, iv);

    /// <summary>Draws the initialization vector of AES-CBC where the caller gave none.</summary>
    internal void Initialize()
    {
        if (Iv is null && Algorithm.ToString().Contains("CBC", StringComparison.Ordinal))
        {
            Iv = RandomNumberGenerator.GetBytes(16);
        }
    }
}
