namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What unwrapping a key returned.</summary>
public class UnwrapResult
{
    internal UnwrapResult()
    {
    }

    /// <summary>The versioned identifier of the key that was used.</summary>
    public string KeyId { get; internal init; }

    /// <summary>The key in clear: clear the array after use.</summary>
    public byte[] Key { get; internal init; }

    /// <summary>The algorithm that was used.</summary>
    public KeyWrapAlgorithm Algorithm { get; internal init; }
}
