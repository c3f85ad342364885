using System.Buffers.Text;
using System.Text;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Requests that are wrong in one to three ways each: a valid request of every endpoint, mutated in method, path, version,
/// headers, JSON structure, base64url, depth or size. The same seed gives the same requests.
/// </summary>
internal sealed class MalformedRequests(int seed)
{
    private const string Version = "api-version=7.6";

    private static readonly (string Method, string Path, string? Body)[] Valid =
    [
        ("POST", "/keys/fuzz/create", """{"kty":"EC","crv":"P-256","key_ops":["sign","verify"],"attributes":{"enabled":true,"nbf":1700000000,"exp":2000000000},"tags":{"a":"b"}}"""),
        ("PUT", "/keys/fuzz-imported", """{"key":{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","p":"Aw","q":"BQ","dp":"AQ","dq":"AQ","qi":"AQ"},"Hsm":false}"""),
        ("POST", "/keys/fuzz/rotate", null),
        ("PATCH", "/keys/fuzz/", """{"attributes":{"enabled":true,"exp":2000000000},"tags":{"a":"b"},"key_ops":["sign"]}"""),
        ("GET", "/keys/fuzz", null),
        ("GET", "/keys/fuzz/versions", null),
        ("GET", "/keys", null),
        ("POST", "/keys/fuzz/backup", null),
        ("POST", "/keys/restore", """{"value":"JkF6dXJlS2V5VmF1bHRLZXlCYWNrdXBWMS5taWNyb3NvZnQuY29tZXlKcmFXUWlPaUl3TURBd0lpd2lZV3huSWpvaVVsTkJMVTlCUlZBaWZR"}"""),
        ("POST", "/keys/fuzz/wrapkey", """{"alg":"RSA-OAEP-256","value":"AAAAAAAAAAAAAAAAAAAAAA"}"""),
        ("POST", "/keys/fuzz/unwrapkey", """{"alg":"A256KW","value":"AAAAAAAAAAAAAAAAAAAAAA"}"""),
        ("POST", "/keys/fuzz/encrypt", """{"alg":"A256GCM","value":"AAAA","iv":"AAAAAAAAAAAAAAAA","aad":"AAAA"}"""),
        ("POST", "/keys/fuzz/decrypt", """{"alg":"A256CBCPAD","value":"AAAA","iv":"AAAAAAAAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA"}"""),
        ("POST", "/keys/fuzz/sign", """{"alg":"ES256","value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"""),
        ("POST", "/keys/fuzz/verify", """{"alg":"ES256","digest":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","value":"AAAA"}"""),
        ("PUT", "/keys/fuzz/rotationpolicy", """{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P18M"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P2Y"}}"""),
        ("POST", "/keys/fuzz/release", """{"target":"AAAA","nonce":"AAAA","enc":"CKM_RSA_AES_KEY_WRAP"}"""),
        ("POST", "/rng", """{"count":32}"""),
        ("GET", "/deletedkeys", null),
        ("GET", "/deletedkeys/fuzz-gone", null),
        ("DELETE", "/deletedkeys/fuzz-gone", null),
        ("POST", "/deletedkeys/fuzz-gone/recover", null),
        ("DELETE", "/keys/fuzz-gone", null),
        ("PUT", "/subscriptions/x/resourceGroups/y/providers/Microsoft.KeyVault/vaults/z", """{"location":"westeurope","properties":{"softDeleteRetentionInDays":7}}"""),
        ("POST", "/x/oauth2/v2.0/token", "grant_type=client_credentials&client_id=x&client_secret=y&scope=z"),
    ];

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "X"];

    private static readonly string[] Segments =
    [
        "", ".", "..", "%2e%2e", "%2F", "%5c", "%ff", "%c0%af", "a_b", "a b", "%20", "\u00e4", "\U0001f511", "%F0%9F%94%91", "'%20OR%201=1--", "{{7*7}}", "%0d%0aX:%20y", "keys", "versions",
        "create", "00000000000000000000000000000000", "ZZ", "-", "null", "undefined", "%25%30%30", "~", ";", "a;b=c", "*", "%3Cscript%3E",
    ];

    private static readonly string[] Versions =
    [
        "", "api-version=", "api-version=7", "api-version=7.999", "api-version=99.9", "api-version=latest", "api-version=7.6&api-version=7.5", "api%2Dversion=7.6", "API-VERSION=7.6",
        "api-version=7.6&maxresults=0", "api-version=7.6&maxresults=9999999999999999999", "api-version=7.6&maxresults=a", "api-version=7.6&$skiptoken=%00", "api-version=7.6&$skiptoken=!!!!",
        "api-version=%37%2e%36", "api-version=2025-07-01", "api-version=2025-13-45", "api-version=7.6&&&==", "api-version=7.6&\u00e4=\u00f6",
    ];

    private static readonly (string, string)[] StrangeHeaders =
    [
        ("Content-Type", "text/xml"), ("Content-Type", ";;;"), ("Content-Type", "application/json; charset=utf-16"), ("Content-Encoding", "gzip"), ("Accept", "application/cbor"), ("Accept", "\u00e4"),
        ("x-ms-client-request-id", "not a guid"), ("Authorization", ""), ("Authorization", "Bearer"), ("Authorization", "Bearer a.b.c"), ("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."),
        ("Authorization", "PoP x"), ("Authorization", "Basic OjE="), ("Expect", "100-continue"), ("If-Match", "*"), ("X-Forwarded-Host", "evil.example"), ("X-HTTP-Method-Override", "DELETE"),
        ("User-Agent", "\u202e${jndi:ldap://x}"), ("Cookie", "a=b"), ("Range", "bytes=0-1"), ("Prefer", "respond-async"),
    ];

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "99999999999999999999", "1.5", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}", "[null]", "[[[[]]]]", "{\"a\":{\"a\":{}}}", "\"AAAA==\"", "\"+/=\"",
        "\"A\"", "\"A A\"", "\"RSA\"", "\"oct\"", "\"P-256K\"", "\"RSA1_5\"", "\"none\"", "\"P0D\"", "\"P9999999Y\"", "\"-P1D\"", "253402300800", "-62135596801",
    ];

    private readonly Random _random = new(seed);

    public MalformedRequest Next()
    {
        var (method, path, text) = Pick(Valid);
        var body = text is null ? null : Encoding.UTF8.GetBytes(text);
        var version = Version;
        var headers = new List<(string, string)>();
        for (var faults = _random.Next(1, 4); faults > 0; faults--)
        {
            switch (_random.Next(8))
            {
                case 0: method = Pick(Methods); break;
                case 1: path = MutatePath(path); break;
                case 2: version = Pick(Versions); break;
                case 3: headers.Add(Header()); break;
                case 4: body = Cut(body); break;
                case 5: body = Inflate(body); break;
                default: body = MutateJson(body); break;
            }
        }

        // GET and HEAD with a body are legal on the wire; TRACE is not, for the client itself.
        return new MalformedRequest(method, $"{path}{(version.Length == 0 ? "" : "?")}{version}", headers, method == "TRACE" ? null : body);
    }

    private string MutatePath(string path)
    {
        var parts = path.Split('/').ToList();
        var at = _random.Next(1, parts.Count);
        switch (_random.Next(5))
        {
            case 0: parts[at] = Pick(Segments); break;
            case 1: parts.Insert(at, Pick(Segments)); break;
            case 2: parts.RemoveAt(at); break;
            case 3: parts[at] = new string('a', _random.Next(120, 6000)); break;
            default: parts.AddRange(Enumerable.Repeat(Pick(Segments), _random.Next(1, 40))); break;
        }

        return "/" + string.Join('/', parts.Skip(1));
    }

    private (string, string) Header() => _random.Next(8) == 0 ? ("X-Long", new string('x', _random.Next(1, 20_000))) : Pick(StrangeHeaders);

    private byte[]? Cut(byte[]? body)
    {
        if (body is null)
        {
            return Bytes(_random.Next(0, 64));
        }

        var copy = body.ToArray();
        switch (_random.Next(4))
        {
            case 0: return copy[.._random.Next(copy.Length + 1)];
            case 1 when copy.Length > 0: copy[_random.Next(copy.Length)] = (byte)_random.Next(256); return copy;
            case 2: return [.. copy, .. Bytes(_random.Next(1, 16))];
            default: return [0xEF, 0xBB, 0xBF, .. copy];
        }
    }

    /// <summary>Deep or large. The limit of a body is 64 KB for most of the contract.</summary>
    private byte[] Inflate(byte[]? body) => _random.Next(5) switch
    {
        0 => Encoding.ASCII.GetBytes(Nested("[", _random.Next(10, 20_000), "]")),
        1 => Encoding.ASCII.GetBytes(Nested("{\"a\":", _random.Next(10, 20_000), "}")),
        2 => Encoding.ASCII.GetBytes($"{{\"alg\":\"RSA-OAEP-256\",\"value\":\"{Base64Url.EncodeToString(Bytes(_random.Next(1, 200_000)))}\"}}"),
        3 => Encoding.ASCII.GetBytes($"{{\"kty\":\"EC\",\"tags\":{{{string.Join(',', Enumerable.Range(0, _random.Next(16, 3000)).Select(tag => $"\"{tag}\":\"x\""))}}}}}"),
        _ => [.. body ?? [], .. Enumerable.Repeat((byte)' ', _random.Next(1, 300_000))],
    };

    /// <summary>Puts a strange value in the place of one value, or a member where none was.</summary>
    private byte[] MutateJson(byte[]? body)
    {
        var text = body is null ? "{}" : Encoding.Latin1.GetString(body);
        var colons = Enumerable.Range(0, text.Length).Where(index => text[index] == ':').ToList();
        if (colons.Count == 0 || _random.Next(6) == 0)
        {
            return Encoding.Latin1.GetBytes($"{{\"kty\":{Pick(Values)},{(text.Length > 1 ? text[1..] : "}")}");
        }

        var from = Pick(colons) + 1;
        var to = text.IndexOfAny([',', '}'], from);
        return Encoding.Latin1.GetBytes(string.Concat(text.AsSpan(0, from), Pick(Values), to < 0 ? "" : text.AsSpan(to)));
    }

    private static string Nested(string open, int depth, string close) =>
        string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
