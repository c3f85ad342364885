namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What to decrypt, and how.</summary>
public class DecryptParameters
{
    internal DecryptParameters(EncryptionAlgorithm algorithm, byte[] ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        Algorithm = algorithm;
        Ciphertext = ciphertext;
    }

    internal DecryptParameters(EncryptionAlgorithm algorithm, byte[] ciphertext, byte[] iv)
        : this(algorithm, ciphertext)
    {
        ArgumentNullException.ThrowIfNull(iv);
        Iv = iv;
    }

    internal DecryptParameters(EncryptionAlgorithm algorithm, byte[] ciphertext, byte[] iv, byte[] authenticationTag, byte[] additionalAuthenticatedData)
        : this(algorithm, ciphertext, iv)
    {
        ArgumentNullException.ThrowIfNull(authenticationTag);
        AuthenticationTag = authenticationTag;
        AdditionalAuthenticatedData = additionalAuthenticatedData;
    }

    /// <summary>The algorithm.</summary>
    public EncryptionAlgorithm Algorithm { get; }

    /// <summary>The encrypted data.</summary>
    public byte[] Ciphertext { get; }

    /// <summary>The initialization vector.</summary>
    public byte[] Iv { get; internal init; }

    /// <summary>The authentication tag.</summary>
    public byte[] AuthenticationTag { get; internal init; }

    /// <summary>Data that was authenticated without being encrypted.</summary>
    public byte[] AdditionalAuthenticatedData { get; internal init; }

    public static DecryptParameters Rsa15Parameters(byte[] ciphertext) => new(EncryptionAlgorithm.Rsa15, ciphertext);

    public static DecryptParameters RsaOaepParameters(byte[] ciphertext) => new(EncryptionAlgorithm.RsaOaep, ciphertext);

    public static DecryptParameters RsaOaep256Parameters(byte[] ciphertext) => new(EncryptionAlgorithm.RsaOaep256, ciphertext);

    public static DecryptParameters A128GcmParameters(byte[] ciphertext, byte[] iv, byte[] authenticationTag, byte[] additionalAuthenticatedData = null) =>
        new(EncryptionAlgorithm.A128Gcm, ciphertext, iv, authenticationTag, additionalAuthenticatedData);

    public static DecryptParameters A192GcmParameters(byte[] ciphertext, byte[] iv, byte[] authenticationTag, byte[] additionalAuthenticatedData = null) =>
        new(EncryptionAlgorithm.A192Gcm, ciphertext, iv, authenticationTag, additionalAuthenticatedData);

    public static DecryptParameters A256GcmParameters(byte[] ciphertext, byte[] iv, byte[] authenticationTag, byte[] additionalAuthenticatedData = null) =>
        new(EncryptionAlgorithm.A256Gcm, ciphertext, iv, authenticationTag, additionalAuthenticatedData);

    public static DecryptParameters A128CbcParameters(byte[] ciphertext, byte[] iv) => new(EncryptionAlgorithm.A128Cbc, ciphertext, iv);

    public static DecryptParameters A192CbcParameters(byte[] ciphertext, byte[] iv) => new(EncryptionAlgorithm.A192Cbc, ciphertext, iv);

    public static DecryptParameters A256CbcParameters(byte[] ciphertext, byte[] iv) => new(EncryptionAlgorithm.A256Cbc, ciphertext, iv);

    public static DecryptParameters A128CbcPadParameters(byte[] ciphertext, byte[] iv) => new(EncryptionAlgorithm.A128CbcPad, ciphertext, iv);

    public static DecryptParameters A192CbcPadParameters(byte[] ciphertext, byte[] iv) => new(EncryptionAlgorithm.A192CbcPad, ciphertext, iv);

    public static DecryptParameters A256CbcPadParameters(byte[] ciphertext, byte[] iv) => new(EncryptionAlgorithm.A256CbcPad, ciphertext, iv);
}
