using DpsPortal.KeyVault.Algorithms;

namespace DpsPortal.KeyVault.Keys;

/// <summary>One version of a key. Replaced as a whole when its attributes change; the material stays the same object.</summary>
internal sealed record KeyVersion(
    string Version,
    string KeyType,
    KeyMaterial Material,
    IReadOnlyList<string> Operations,
    KeyAttributes Attributes,
    IReadOnlyDictionary<string, string>? Tags)
{
    /// <summary>Each expiry is announced once; another expiry is another announcement.</summary>
    public bool NearExpiryPublished { get; init; }

    public bool ExpiredPublished { get; init; }

    /// <summary>The version with other attributes; a moved expiry has not been announced.</summary>
    public KeyVersion With(KeyAttributes attributes) => this with
    {
        Attributes = attributes,
        NearExpiryPublished = NearExpiryPublished && attributes.Expires == Attributes.Expires,
        ExpiredPublished = ExpiredPublished && attributes.Expires == Attributes.Expires,
    };
}
