using DpsPortal.KeyVault.Algorithms;

namespace DpsPortal.KeyVault.Storage;

/// <summary>The place of a private key: what its sealed form is bound to. It opens in no other vault, name or version.</summary>
internal sealed record KeySlot(string Vault, string Name, string Version)
{
    /// <summary>Names compare without case, so the slot must not depend on it. The kind keeps one kind of key from being read as another.</summary>
    public string[] For(string keyType) => [Kind(keyType), Vault.ToLowerInvariant(), Name.ToLowerInvariant(), Version];

    private static string Kind(string keyType) => keyType switch
    {
        KeyTypes.Rsa or KeyTypes.RsaHsm => "rsa-private-key",
        KeyTypes.Ec or KeyTypes.EcHsm => "ec-private-key",
        KeyTypes.OctHsm => "oct-key",
        _ => throw new ArgumentOutOfRangeException(nameof(keyType), keyType, "Not a type of key that a vault holds."),
    };
}
