namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What an encryption returned. The last three are set by symmetric algorithms alone.</summary>
public class EncryptResult
{
    internal EncryptResult()
    {
    }

    /// <summary>The versioned identifier of the key that was used.</summary>
    public string KeyId { get; internal init; }

    /// <summary>The encrypted data.</summary>
    public byte[] Ciphertext { get; internal init; }

    /// <summary>The algorithm that was used.</summary>
    public EncryptionAlgorithm Algorithm { get; internal init; }

    /// <summary>The initialization vector.</summary>
    public byte[] Iv { get; internal init; }

    /// <summary>The authentication tag.</summary>
    public byte[] AuthenticationTag { get; internal init; }

    /// <summary>Data that is authenticated without being encrypted.</summary>
    public byte[] AdditionalAuthenticatedData { get; internal init; }
}
