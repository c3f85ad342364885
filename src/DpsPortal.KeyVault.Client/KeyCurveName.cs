using System.ComponentModel;

namespace Azure.Security.KeyVault.Keys;

/// <summary>The <c>crv</c> of an elliptic-curve key. Any other value is passed on as it is.</summary>
public readonly struct KeyCurveName : IEquatable<KeyCurveName>
{
    private readonly string _value;

    /// <param name="value">The value as it stands on the wire.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public KeyCurveName(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>NIST P-256.</summary>
    public static KeyCurveName P256 { get; } = new("P-256");

    /// <summary>SECG secp256k1.</summary>
    public static KeyCurveName P256K { get; } = new("P-256K");

    /// <summary>NIST P-384.</summary>
    public static KeyCurveName P384 { get; } = new("P-384");

    /// <summary>NIST P-521.</summary>
    public static KeyCurveName P521 { get; } = new("P-521");

    public static bool operator ==(KeyCurveName left, KeyCurveName right) => left.Equals(right);

    public static bool operator !=(KeyCurveName left, KeyCurveName right) => !left.Equals(right);

    public static implicit operator KeyCurveName(string value) => new(value);

    public bool Equals(KeyCurveName other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object obj) => obj is KeyCurveName other && Equals(other);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.Ordinal.GetHashCode(_value);

    public override string ToString() => _value;
}
