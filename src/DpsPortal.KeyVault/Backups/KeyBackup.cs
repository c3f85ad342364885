using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Backups;

/// <summary>
/// What a backup blob has inside: a key with all its versions, in the order of their creation. A format of its own, apart from
/// the database's, because blobs outlive schemas. Holds secret bytes: prints only its type name.
/// </summary>
/// <param name="Policy">The rotation policy as JSON.</param>
internal sealed record KeyBackup(string Name, IReadOnlyList<VersionBackup> Versions, string? Policy)
{
    /// <summary>Azure's limit.</summary>
    public const int MostVersions = 500;

    public override string ToString() => nameof(KeyBackup);
}

/// <param name="PrivateKey">PKCS #8, or the bytes of a symmetric key; in clear.</param>
/// <param name="Tags">As JSON. Times are UTC ticks.</param>
internal sealed record VersionBackup(
    string Version, string KeyType, int Size, byte[]? Modulus, byte[]? Exponent, string? Curve, byte[]? X, byte[]? Y, byte[] PrivateKey,
    string Operations, bool Enabled, long? NotBefore, long? Expires, long Created, long Updated, string? Tags)
{
    public override string ToString() => nameof(VersionBackup);
}

internal sealed record BackupBody(string? Value = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeyBackup))]
[JsonSerializable(typeof(BackupBody))]
internal sealed partial class BackupJson : JsonSerializerContext;
