using System.ComponentModel;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>An algorithm that wraps keys. Any other value is passed on as it is.</summary>
public readonly struct KeyWrapAlgorithm : IEquatable<KeyWrapAlgorithm>
{
    private readonly string _value;

    /// <param name="value">The value as it stands on the wire.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public KeyWrapAlgorithm(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>RSAES OAEP with SHA-1 (RFC 8017).</summary>
    public static KeyWrapAlgorithm RsaOaep { get; } = new("RSA-OAEP");

    /// <summary>RSAES-PKCS1-v1_5 (RFC 8017).</summary>
    public static KeyWrapAlgorithm Rsa15 { get; } = new("RSA1_5");

    /// <summary>RSAES OAEP with SHA-256 and MGF1 with SHA-256 (RFC 8017).</summary>
    public static KeyWrapAlgorithm RsaOaep256 { get; } = new("RSA-OAEP-256");

    /// <summary>AES key wrap with a key of 128 bits (RFC 3394).</summary>
    public static KeyWrapAlgorithm A128KW { get; } = new("A128KW");

    /// <summary>AES key wrap with a key of 192 bits (RFC 3394).</summary>
    public static KeyWrapAlgorithm A192KW { get; } = new("A192KW");

    /// <summary>AES key wrap with a key of 256 bits (RFC 3394).</summary>
    public static KeyWrapAlgorithm A256KW { get; } = new("A256KW");

    /// <summary>AES key wrap (RFC 3394) under the name of PKCS #11.</summary>
    public static KeyWrapAlgorithm CkmAesKeyWrap { get; } = new("CKM_AES_KEY_WRAP");

    /// <summary>AES key wrap with padding (RFC 5649) under the name of PKCS #11.</summary>
    public static KeyWrapAlgorithm CkmAesKeyWrapPad { get; } = new("CKM_AES_KEY_WRAP_PAD");

    public static bool operator ==(KeyWrapAlgorithm left, KeyWrapAlgorithm right) => left.Equals(right);

    public static bool operator !=(KeyWrapAlgorithm left, KeyWrapAlgorithm right) => !left.Equals(right);

    public static implicit operator KeyWrapAlgorithm(string value) => new(value);

    public bool Equals(KeyWrapAlgorithm other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object obj) => obj is KeyWrapAlgorithm other && Equals(other);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.Ordinal.GetHashCode(_value);

    public override string ToString() => _value;
}
