namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What verifying returned.</summary>
public class VerifyResult
{
    internal VerifyResult()
    {
    }

    /// <summary>The versioned identifier of the key that was used.</summary>
    public string KeyId { get; internal init; }

    /// <summary>Whether the signature was made with this key over this digest.</summary>
    public bool IsValid { get; internal init; }

    /// <summary>The algorithm that was used.</summary>
    public SignatureAlgorithm Algorithm { get; internal init; }
}
