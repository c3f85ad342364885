using System.Buffers.Binary;

namespace DpsPortal.Provisioning.Storage;

/// <summary>An etag is base64 of the 8-byte revision, as in Azure (<c>AAAAAAAADGk=</c>).</summary>
internal static class ETags
{
    public static string From(long revision)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, revision);
        return Convert.ToBase64String(bytes);
    }
}
