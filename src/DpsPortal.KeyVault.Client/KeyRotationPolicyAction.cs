using System.ComponentModel;

namespace Azure.Security.KeyVault.Keys;

/// <summary>What a lifetime action does. Any other value is passed on as it is.</summary>
public readonly struct KeyRotationPolicyAction : IEquatable<KeyRotationPolicyAction>
{
    private readonly string _value;

    /// <param name="value">The value as it stands on the wire.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public KeyRotationPolicyAction(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    /// <summary>Create a new version.</summary>
    public static KeyRotationPolicyAction Rotate { get; } = new("Rotate");

    /// <summary>Raise an event.</summary>
    public static KeyRotationPolicyAction Notify { get; } = new("Notify");

    public static bool operator ==(KeyRotationPolicyAction left, KeyRotationPolicyAction right) => left.Equals(right);

    public static bool operator !=(KeyRotationPolicyAction left, KeyRotationPolicyAction right) => !left.Equals(right);

    public static implicit operator KeyRotationPolicyAction(string value) => new(value);

    // The service writes "Rotate", Managed HSM "rotate": the two are one action.
    public bool Equals(KeyRotationPolicyAction other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object obj) => obj is KeyRotationPolicyAction other && Equals(other);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => _value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_value);

    public override string ToString() => _value;
}
