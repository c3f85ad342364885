using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>
/// Ids of registration operations: <c>4.{revision}.{guid}</c>. The last part is a code over device and revision under a key of the
/// instance, so that an id that was never given is recognised without a table of operations, also after a restart.
/// </summary>
internal static class OperationIds
{
    public static string Of(SecretKey platformKey, string registrationId, string etag) => Of(platformKey, registrationId, Revision(etag));

    public static bool IsValid(SecretKey platformKey, string registrationId, string id)
    {
        var parts = id.Split('.');
        return parts.Length == 3
            && long.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var revision)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(platformKey, registrationId, revision)), Encoding.UTF8.GetBytes(id));
    }

    private static string Of(SecretKey platformKey, string registrationId, long revision)
    {
        using var key = platformKey.Derive("dps registration operations 1"u8);
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Bytes, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{registrationId}\n{revision}")), code);
        return string.Create(CultureInfo.InvariantCulture, $"4.{revision:x16}.{new Guid(code[..16])}");
    }

    /// <summary>An etag is base64 of the revision.</summary>
    private static long Revision(string etag) => BinaryPrimitives.ReadInt64BigEndian(Convert.FromBase64String(etag));
}
