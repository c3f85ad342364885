using System.ComponentModel;

namespace Azure.Security.KeyVault.Keys;

/// <summary>The <c>kty</c> of a key. Any other value is passed on as it is.</summary>
public readonly struct KeyType : IEquatable<KeyType>
{
    private readonly string _value;

    /// <param name="value">The value as it stands on the wire.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public KeyType(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>Elliptic curve.</summary>
    public static KeyType Ec { get; } = new("EC");

    /// <summary>Elliptic curve, kept in an HSM.</summary>
    public static KeyType EcHsm { get; } = new("EC-HSM");

    /// <summary>RSA.</summary>
    public static KeyType Rsa { get; } = new("RSA");

    /// <summary>RSA, kept in an HSM.</summary>
    public static KeyType RsaHsm { get; } = new("RSA-HSM");

    /// <summary>Symmetric.</summary>
    public static KeyType Oct { get; } = new("oct");

    /// <summary>Symmetric, kept in an HSM.</summary>
    public static KeyType OctHsm { get; } = new("oct-HSM");

    public static bool operator ==(KeyType left, KeyType right) => left.Equals(right);

    public static bool operator !=(KeyType left, KeyType right) => !left.Equals(right);

    public static implicit operator KeyType(string value) => new(value);

    public bool Equals(KeyType other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object obj) => obj is KeyType other && Equals(other);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.Ordinal.GetHashCode(_value);

    public override string ToString() => _value;
}
