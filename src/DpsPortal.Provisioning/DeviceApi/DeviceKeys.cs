using System.Security.Cryptography;
using System.Text;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>
/// Device keys of a symmetric-key enrollment group: HMAC-SHA256(group key, registration id in lower case), as DPS's articles on group
/// enrollment have it.
/// </summary>
internal static class DeviceKeys
{
    public const int Size = HMACSHA256.HashSizeInBytes;

    /// <param name="groupKey">Base64.</param>
    /// <param name="registrationId">In lower case.</param>
    /// <param name="derived">Takes <see cref="Size"/> bytes; the caller zeroes them.</param>
    public static void Derive(string groupKey, string registrationId, Span<byte> derived)
    {
        var bytes = Convert.FromBase64String(groupKey);
        HMACSHA256.HashData(bytes, Encoding.UTF8.GetBytes(registrationId), derived);
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <returns>Base64; of no group key none.</returns>
    public static string? Derive(string? groupKey, string registrationId)
    {
        if (groupKey is null)
        {
            return null;
        }

        Span<byte> derived = stackalloc byte[Size];
        Derive(groupKey, registrationId, derived);
        var key = Convert.ToBase64String(derived);
        CryptographicOperations.ZeroMemory(derived);
        return key;
    }
}
