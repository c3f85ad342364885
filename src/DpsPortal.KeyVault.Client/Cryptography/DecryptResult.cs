namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What a decryption returned.</summary>
public class DecryptResult
{
    internal DecryptResult()
    {
    }

    /// <summary>The versioned identifier of the key that was used.</summary>
    public string KeyId { get; internal init; }

    /// <summary>The data in clear: clear the array after use.</summary>
    public byte[] Plaintext { get; internal init; }

    /// <summary>The algorithm that was used.</summary>
    public EncryptionAlgorithm Algorithm { get; internal init; }
}
