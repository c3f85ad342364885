namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What signing returned.</summary>
public class SignResult
{
    internal SignResult()
    {
    }

    /// <summary>The versioned identifier of the key that was used.</summary>
    public string KeyId { get; internal init; }

    /// <summary>The signature; of an elliptic-curve key r and s in full width, one after the other.</summary>
    public byte[] Signature { get; internal init; }

    /// <summary>The algorithm that was used.</summary>
    public SignatureAlgorithm Algorithm { get; internal init; }
}
