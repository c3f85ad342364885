namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What wrapping a key returned.</summary>
public class WrapResult
{
    internal WrapResult()
    {
    }

    /// <summary>The versioned identifier of the key that was used.</summary>
    public string KeyId { get; internal init; }

    /// <summary>The wrapped key.</summary>
    public byte[] EncryptedKey { get; internal init; }

    /// <summary>The algorithm that was used.</summary>
    public KeyWrapAlgorithm Algorithm { get; internal init; }
}
