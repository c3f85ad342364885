using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DpsPortal.Provisioning.SharedAccess;

/// <summary>
/// A token in an Authorization header: <c>SharedAccessSignature sr={resource}&amp;sig={signature}&amp;se={expiry}&amp;skn={key name}</c>
/// in any order; the signature is HMAC-SHA256 of resource and expiry as they are written, with a line feed between them.
/// </summary>
/// <remarks>Azure IoT Hub DPS, "Control access", security tokens.</remarks>
internal sealed class SharedAccessSignature
{
    private const string Scheme = "SharedAccessSignature ";
    private const int LongestHeader = 2048;
    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private SharedAccessSignature(string resource, string keyName, DateTimeOffset expires, byte[] signed, byte[] signature)
    {
        Resource = resource;
        KeyName = keyName;
        Expires = expires;
        _signed = signed;
        _signature = signature;
    }

    /// <summary>Decoded.</summary>
    public string Resource { get; }

    public string KeyName { get; }

    public DateTimeOffset Expires { get; }

    public static SharedAccessSignature? Parse(string header)
    {
        if (header.Length > LongestHeader || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in header[Scheme.Length..].Trim().Split('&'))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !fields.TryAdd(field[..equals], field[(equals + 1)..]))
            {
                return null;
            }
        }

        if (!fields.TryGetValue("sr", out var resource) || !fields.TryGetValue("sig", out var sig) || !fields.TryGetValue("se", out var expiry))
        {
            return null;
        }

        var signature = new byte[HMACSHA256.HashSizeInBytes];
        return long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            && Convert.TryFromBase64String(Uri.UnescapeDataString(sig), signature, out var length) && length == signature.Length
                ? new SharedAccessSignature(
                    Uri.UnescapeDataString(resource), Uri.UnescapeDataString(fields.GetValueOrDefault("skn", "")),
                    DateTimeOffset.FromUnixTimeSeconds(seconds), Encoding.UTF8.GetBytes($"{resource}\n{expiry}"), signature)
                : null;
    }

    /// <summary>In constant time.</summary>
    public bool IsSignedBy(ReadOnlySpan<byte> key)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, _signed, expected);
        return CryptographicOperations.FixedTimeEquals(expected, _signature);
    }

    /// <summary>A token of our own, for the traffic that the service makes itself.</summary>
    public static string Create(string resource, string keyName, ReadOnlySpan<byte> key, DateTimeOffset expires)
    {
        var escaped = Uri.EscapeDataString(resource);
        var expiry = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{escaped}\n{expiry}")));
        return $"{Scheme}sr={escaped}&sig={Uri.EscapeDataString(signature)}&se={expiry}&skn={Uri.EscapeDataString(keyName)}";
    }

    public override string ToString() => nameof(SharedAccessSignature);
}
