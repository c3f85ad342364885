using System.ComponentModel;
using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>An algorithm that signs digests. Any other value is passed on as it is.</summary>
public readonly struct SignatureAlgorithm : IEquatable<SignatureAlgorithm>
{
    private readonly string _value;

    /// <param name="value">The value as it stands on the wire.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public SignatureAlgorithm(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518).</summary>
    public static SignatureAlgorithm RS256 { get; } = new("RS256");

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-384 (RFC 7518).</summary>
    public static SignatureAlgorithm RS384 { get; } = new("RS384");

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-512 (RFC 7518).</summary>
    public static SignatureAlgorithm RS512 { get; } = new("RS512");

    /// <summary>RSASSA-PSS with SHA-256 (RFC 7518).</summary>
    public static SignatureAlgorithm PS256 { get; } = new("PS256");

    /// <summary>RSASSA-PSS with SHA-384 (RFC 7518).</summary>
    public static SignatureAlgorithm PS384 { get; } = new("PS384");

    /// <summary>RSASSA-PSS with SHA-512 (RFC 7518).</summary>
    public static SignatureAlgorithm PS512 { get; } = new("PS512");

    /// <summary>ECDSA with SHA-256 on P-256 (RFC 7518).</summary>
    public static SignatureAlgorithm ES256 { get; } = new("ES256");

    /// <summary>ECDSA with SHA-256 on secp256k1 (RFC 8812).</summary>
    public static SignatureAlgorithm ES256K { get; } = new("ES256K");

    /// <summary>ECDSA with SHA-384 on P-384 (RFC 7518).</summary>
    public static SignatureAlgorithm ES384 { get; } = new("ES384");

    /// <summary>ECDSA with SHA-512 on P-521 (RFC 7518).</summary>
    public static SignatureAlgorithm ES512 { get; } = new("ES512");

    /// <summary>HMAC with SHA-256 (RFC 7518).</summary>
    public static SignatureAlgorithm HS256 { get; } = new("HS256");

    /// <summary>HMAC with SHA-384 (RFC 7518).</summary>
    public static SignatureAlgorithm HS384 { get; } = new("HS384");

    /// <summary>HMAC with SHA-512 (RFC 7518).</summary>
    public static SignatureAlgorithm HS512 { get; } = new("HS512");

    /// <summary>What makes the digest that is signed.</summary>
    /// <exception cref="InvalidOperationException">The algorithm is not known here.</exception>
    internal HashAlgorithmName Hash => _value switch
    {
        "RS256" or "PS256" or "ES256" or "ES256K" or "HS256" => HashAlgorithmName.SHA256,
        "RS384" or "PS384" or "ES384" or "HS384" => HashAlgorithmName.SHA384,
        "RS512" or "PS512" or "ES512" or "HS512" => HashAlgorithmName.SHA512,
        _ => throw new InvalidOperationException("Invalid Algorithm"),
    };

    public static bool operator ==(SignatureAlgorithm left, SignatureAlgorithm right) => left.Equals(right);

    public static bool operator !=(SignatureAlgorithm left, SignatureAlgorithm right) => !left.Equals(right);

    public static implicit operator SignatureAlgorithm(string value) => new(value);

    public bool Equals(SignatureAlgorithm other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object obj) => obj is SignatureAlgorithm other && Equals(other);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.Ordinal.GetHashCode(_value);

    public override string ToString() => _value;
}
