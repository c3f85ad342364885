using System.ComponentModel;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>An algorithm that encrypts small data. Any other value is passed on as it is.</summary>
public readonly struct EncryptionAlgorithm : IEquatable<EncryptionAlgorithm>
{
    private readonly string _value;

    /// <param name="value">The value as it stands on the wire.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public EncryptionAlgorithm(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>RSAES OAEP with SHA-1 (RFC 8017).</summary>
    public static EncryptionAlgorithm RsaOaep { get; } = new("RSA-OAEP");

    /// <summary>RSAES-PKCS1-v1_5 (RFC 8017).</summary>
    public static EncryptionAlgorithm Rsa15 { get; } = new("RSA1_5");

    /// <summary>RSAES OAEP with SHA-256 and MGF1 with SHA-256 (RFC 8017).</summary>
    public static EncryptionAlgorithm RsaOaep256 { get; } = new("RSA-OAEP-256");

    /// <summary>AES-GCM, 128 bits.</summary>
    public static EncryptionAlgorithm A128Gcm { get; } = new("A128GCM");

    /// <summary>AES-GCM, 192 bits.</summary>
    public static EncryptionAlgorithm A192Gcm { get; } = new("A192GCM");

    /// <summary>AES-GCM, 256 bits.</summary>
    public static EncryptionAlgorithm A256Gcm { get; } = new("A256GCM");

    /// <summary>AES-CBC, 128 bits.</summary>
    public static EncryptionAlgorithm A128Cbc { get; } = new("A128CBC");

    /// <summary>AES-CBC, 192 bits.</summary>
    public static EncryptionAlgorithm A192Cbc { get; } = new("A192CBC");

    /// <summary>AES-CBC, 256 bits.</summary>
    public static EncryptionAlgorithm A256Cbc { get; } = new("A256CBC");

    /// <summary>AES-CBC with PKCS #7 padding, 128 bits.</summary>
    public static EncryptionAlgorithm A128CbcPad { get; } = new("A128CBCPAD");

    /// <summary>AES-CBC with PKCS #7 padding, 192 bits.</summary>
    public static EncryptionAlgorithm A192CbcPad { get; } = new("A192CBCPAD");

    /// <summary>AES-CBC with PKCS #7 padding, 256 bits.</summary>
    public static EncryptionAlgorithm A256CbcPad { get; } = new("A256CBCPAD");

    public static bool operator ==(EncryptionAlgorithm left, EncryptionAlgorithm right) => left.Equals(right);

    public static bool operator !=(EncryptionAlgorithm left, EncryptionAlgorithm right) => !left.Equals(right);

    public static implicit operator EncryptionAlgorithm(string value) => new(value);

    public bool Equals(EncryptionAlgorithm other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object obj) => obj is EncryptionAlgorithm other && Equals(other);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.Ordinal.GetHashCode(_value);

    public override string ToString() => _value;
}
