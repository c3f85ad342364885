namespace DpsPortal.KeyVault.Backups;

/// <param name="PrivateKey">PKCS #8, or the bytes of a symmetric key; in clear.</param>
/// <param name="Tags">As JSON. Times are UTC ticks.</param>
internal sealed record VersionBackup(
    string Version, string KeyType, int Size, byte[]? Modulus, byte[]? Exponent, string? Curve, byte[]? X, byte[]? Y, byte[] PrivateKey,
    string Operations, bool Enabled, long? NotBefore, long? Expires, long Created, long Updated, string? Tags)
{
    public override string ToString() => nameof(VersionBackup);
}
