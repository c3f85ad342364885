namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Requests that are wrong in one to three ways each: a valid one, mutated in method, path, query, headers or body. The same seed
/// gives the same requests.
/// </summary>
internal sealed class MalformedRequests
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "X"];

    private static readonly string[] Segments =
    [
        "", ".", "..", "%2e%2e", "%2F", "%5c", "%ff", "%c0%af", "a_b", "a b", "%20", "\u00e4", "\U0001f511", "%F0%9F%94%91", "'%20OR%201=1--", "{{7*7}}",
        "%0d%0aX:%20y", "keys", "versions",
        "create", "00000000000000000000000000000000", "ZZ", "-", "null", "undefined", "%25%30%30", "~", ";", "a;b=c", "*", "%3Cscript%3E", "%ED%A0%80",
        "a%ED%BF%BF", "%E2%82", "%uD800", "%E9",
        "%EF%BF%BD", "-0", "1e999", "99999999999999999999", "00000000-0000-0000-0000-00000000000Z", "individuals", "groups", "new", "4.0000000000000001.x",
        "4.FFFFFFFFFFFFFFFFF.x",
    ];

    private static readonly string[] Values =
    [
        "", "x", "-1", "-0", "+1", "0", "01", "1.5", "1e999", "99999999999999999999", "9223372036854775807", "-9223372036854775808", "NaN", "true", "null",
        "%00", "%ED%A0%80", "a%ED%BF%BFb", "%FF", "%E9",
        "\u00e9", "%C3%A9", "/\u00e9", "/%C3%A9", "/%ED%A0%80", "//evil.example", "/%5Cevil", "%2F%0D%0Ax", "/a?b=%ED%A0%80#c", "{}", "[]",
        "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000",
        "0x0", "9999-12-31T23:59:59Z", "2025-13-45", "7.6", "7", "7.999", "99.9", "latest", "!!!!", "AAAA", "////", "%25", "%", "%z", "%F0%9F%94%91",
        "atScope()%20and%20", "principalId%20eq%20'x'", "enrollments", "individuals", "en-XX",
        "%0d%0aX:%20y", "../..", "https://evil.example", "*",
    ];

    private static readonly (string Name, string Value)[] StrangeHeaders =
    [
        ("Content-Type", "text/xml"), ("Content-Type", ";;;"), ("Content-Type", "application/json; charset=utf-16"), (
            "Content-Type", "application/json; charset=nonsense"), ("Content-Type", "multipart/form-data"),
        ("Content-Type", "multipart/form-data; boundary=x"), (
            "Content-Type", "application/x-www-form-urlencoded; charset=utf-7"), ("Content-Type", "application/x-www-form-urlencoded; charset=\"\""),
        ("Content-Encoding", "gzip"), ("Accept", "application/cbor"), ("Accept", "\u00e4"), ("Accept", "*/*;q=1e999"), (
            "Accept-Language", "\u00e9,en-XX;q=1e999,-0"), ("Accept-Language", "x-\u00e9"),
        ("x-ms-client-request-id", "not a guid"), ("Authorization", ""), ("Authorization", "Bearer"), ("Authorization", "Bearer a.b.c"), (
            "Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."),
        ("Authorization", "PoP x"), ("Authorization", "Basic OjE="), ("Authorization", "Basic \u00e9"), ("Authorization", "Basic 7aCAOu2ggA=="), (
            "Authorization", "SharedAccessSignature sr=x&sig=AAAA&se=1e999"),
        ("Authorization", "SharedAccessSignature sr=%ED%A0%80&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&se=99999999999999999999&skn=%ED%A0%80"),
        ("Authorization", "SharedAccessSignature sr=%ED%A0%80&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&se=253402300799&skn=%ED%A0%80"),
        ("Authorization", "SharedAccessSignature sr=x&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&se=-0&skn="),
        ("Expect", "100-continue"), ("If-Match", "*"), ("If-Match", "\"\u00e9"), ("If-Match", "AAAAAAAAAAE="), (
            "If-Match", "////////////////"), ("If-None-Match", "\u00e9"), ("If-Modified-Since", "1e999"),
        ("x-ms-max-item-count", "1e999"), ("x-ms-max-item-count", "-0"), ("x-ms-max-item-count", "01"), (
            "x-ms-max-item-count", "99999999999999999999"), ("x-ms-continuation", "7aCA"), ("x-ms-continuation", "\u00e9"),
        ("x-ms-continuation", "YQ=="), ("X-IDENTITY-HEADER", "\u00e9"), ("X-Forwarded-Host", "evil.example"), ("X-HTTP-Method-Override", "DELETE"), (
            "User-Agent", "\u202e${jndi:ldap://x}"), ("Cookie", "a=b"),
        (
            "Cookie",
            ".AspNetCore.Culture=c=\u00e9|uic=1e999; theme=999999999999; DpsPortal.Session=\u00e9"), (
                "Cookie", ".AspNetCore.Culture=c%3D%ED%A0%80; theme=%ED%A0%80; DpsPortal.Session=%ED%A0%80"),
        ("Range", "bytes=0-1"), (
            "Range",
            "bytes=99999999999999999999-"), ("Prefer", "respond-async"), ("Origin", "http://[/"), ("Upgrade", "websocket"), ("Host", ""),
            ("Host", "localhost:99999"), ("Host", "localhost:"),
        ("Host", "[::1"), ("Host", "localhost:-1"), ("Host", "localhost:8443:1"), ("Host", "."), ("Host", ".vault.localhost:99999"),
    ];

    private readonly IReadOnlyList<ValidRequest> _valid;
    private readonly Random _random;
    private readonly MalformedBodies _bodies;

    public MalformedRequests(IReadOnlyList<ValidRequest> valid, int seed)
    {
        _valid = valid;
        _random = new Random(seed);
        _bodies = new MalformedBodies(_random);
    }

    public MalformedRequest Next()
    {
        var valid = Pick(_valid);
        var (method, path, query, body) = (valid.Method, valid.Address[valid.PathStart..], valid.Query, valid.Body);
        var headers = valid.Headers.ToList();
        var isForm = headers.Exists(header => header.Value.Contains("form", StringComparison.Ordinal));
        var bodyIsLeft = true;
        for (var faults = _random.Next(1, 4); faults > 0; faults--)
        {
            switch (_random.Next(10))
            {
                case 0: method = Pick(Methods); break;
                case 1: path = MutatePath(path); break;
                case 2 or 3: query = MutateQuery(query); break;
                case 4: AddHeader(headers); break;
                default:
                    if (bodyIsLeft && (valid.Body is not null || _random.Next(4) == 0))
                    {
                        body = _bodies.Next(valid.Body, isForm);
                        bodyIsLeft = false;
                    }

                    break;
            }
        }

        // GET and HEAD with a body are legal on the wire; TRACE is not, for the client itself.
        return new MalformedRequest(
            method, $"{valid.Address[..valid.PathStart]}{path}{(query.Length == 0 ? "" : "?")}{query}", headers, method == "TRACE" ? null : body);
    }

    private string MutatePath(string path)
    {
        var parts = path.Split('/').ToList();
        if (parts.Count == 1)
        {
            return path;
        }

        var at = _random.Next(1, parts.Count);
        switch (_random.Next(6))
        {
            case 0: parts.Insert(at, Pick(Segments)); break;
            case 1: parts.RemoveAt(at); break;
            case 2: parts[at] = new string('a', _random.Next(120, 6000)); break;
            case 3: parts.AddRange(Enumerable.Repeat(Pick(Segments), _random.Next(1, 40))); break;
            default: parts[at] = Pick(Segments); break;
        }

        return "/" + string.Join('/', parts.Skip(1));
    }

    private string MutateQuery(string query)
    {
        var pairs = query.Split('&').ToList();
        var at = _random.Next(pairs.Count);
        var name = pairs[at].Split('=')[0];
        switch (_random.Next(8))
        {
            case 0: pairs.Add($"{name}={Pick(Values)}"); break;
            case 1: pairs.RemoveAt(at); break;
            case 2: pairs[at] = $"{Pick(Values)}={Pick(Values)}"; break;
            case 3: pairs[at] = name; break;
            case 4: pairs[at] = $"{name}={new string('a', _random.Next(100, 3000))}"; break;
            default: pairs[at] = $"{name}={Pick(Values)}"; break;
        }

        return string.Join('&', pairs);
    }

    private void AddHeader(List<(string Name, string Value)> headers)
    {
        var (name, value) = _random.Next(8) == 0 ? ("X-Long", new string('x', _random.Next(1, 20_000))) : Pick(StrangeHeaders);
        headers.RemoveAll(header => header.Name == name);
        headers.Add((name, value));
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
