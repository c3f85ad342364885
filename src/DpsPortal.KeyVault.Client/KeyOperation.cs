using System.ComponentModel;

namespace Azure.Security.KeyVault.Keys;

/// <summary>One entry of a key's <c>key_ops</c>. Any other value is passed on as it is.</summary>
public readonly struct KeyOperation : IEquatable<KeyOperation>
{
    private readonly string _value;

    /// <param name="value">The value as it stands on the wire.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public KeyOperation(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>Encrypt data.</summary>
    public static KeyOperation Encrypt { get; } = new("encrypt");

    /// <summary>Decrypt data.</summary>
    public static KeyOperation Decrypt { get; } = new("decrypt");

    /// <summary>Sign a digest.</summary>
    public static KeyOperation Sign { get; } = new("sign");

    /// <summary>Verify a signature.</summary>
    public static KeyOperation Verify { get; } = new("verify");

    /// <summary>Wrap another key.</summary>
    public static KeyOperation WrapKey { get; } = new("wrapKey");

    /// <summary>Unwrap another key.</summary>
    public static KeyOperation UnwrapKey { get; } = new("unwrapKey");

    /// <summary>Import while the key is created.</summary>
    public static KeyOperation Import { get; } = new("import");

    public static bool operator ==(KeyOperation left, KeyOperation right) => left.Equals(right);

    public static bool operator !=(KeyOperation left, KeyOperation right) => !left.Equals(right);

    public static implicit operator KeyOperation(string value) => new(value);

    public bool Equals(KeyOperation other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object obj) => obj is KeyOperation other && Equals(other);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.Ordinal.GetHashCode(_value);

    public override string ToString() => _value;
}
