using System.Net.Security;
using System.Text;

namespace DpsPortal.Tests.Campaigns;

/// <summary>Faults below JSON: how a body is framed, whom the Host names, what a request line is.</summary>
internal static class RawRequests
{
    /// <summary>HTTP's own answer to a version that nobody speaks.</summary>
    private const string UnknownVersion = "HTTP/1.1 505 ";

    private static readonly string[] Hosts =
    [
        "", " ", "localhost:99999", "localhost:65536", "localhost:-1", "localhost:", "localhost:x", "localhost:8443:1", ":8443", ":", "[::1", "[::1]:99999",
        "[:::::]", "[", "]", ".", "..", "a..b", "-", "%6c", "a,b",
        "a b", "localhost/", "localhost?x", "user@localhost", "xn--a", "\u00C3\u00A9", "\u00ED\u00A0\u0080", ".vault.localhost", "kv.vault.localhost:99999",
        ".dps.localhost", "contoso.dps.localhost:99999",
        "contoso.dps.localhost:", "127.0.0.1:00000000000000080", "999.999.999.999", "0x7f000001", "localhost:\u0663",
    ];

    private static readonly string[] Chunks =
    [
        "FFFFFFFFFFFFFFFFF\r\n", "FFFFFFFFFFFFFFFF\r\n", "FFFFFFFF\r\n", "7FFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", "7FFFFFFF\r\n{}\r\n0\r\n\r\n", "-1\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n", "zz\r\n", "\r\n", "2\r\n{}0\r\n\r\n", "2\r\n{}\r\n",
        "2;x=\"\u00ED\u00A0\u0080\"\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n0\r\nX: \u00FF\r\n\r\n", "2\n{}\n0\n\n",
        "00000000000000000000000000000002\r\n{}\r\n0\r\n\r\n", "",
    ];

    /// <summary>Framings of the body: headers, then what is sent.</summary>
    private static readonly (string Headers, string Body)[] Framings =
    [
        .. Chunks.Select(chunk => ("Transfer-Encoding: chunked\r\n", chunk)), (
            "Content-Length: 100\r\n", "{}"), ("Content-Length: 1\r\n", "{}"), ("Content-Length: 0\r\n", "{}"), ("Content-Length: -1\r\n", "{}"),
        ("Content-Length: 1e3\r\n", "{}"), ("Content-Length: 99999999999999999999\r\n", "{}"), ("Content-Length: 9223372036854775807\r\n", "{}"), (
            "Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
        ("Content-Length: 2, 2\r\n", "{}"), ("Content-Length: \r\n", "{}"), (
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"), ("Transfer-Encoding: gzip\r\n", "{}"),
        ("Transfer-Encoding: chunked, identity\r\n", "2\r\n{}\r\n0\r\n\r\n"), (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "FFFFFFFFFFFFFFFFF\r\n"), ("", "{}"), ("Expect: nonsense\r\nContent-Length: 2\r\n", "{}"),
    ];

    private static readonly string[] Lines =
    [
        "GET / HTTP/9.9", "GET / HTTP/1.0", "GET /", "GET http://[/ HTTP/1.1", "GET http://localhost:99999/ HTTP/1.1", "GET https:// HTTP/1.1",
        "GET * HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT localhost:99999 HTTP/1.1",
        "GET /\u00ED\u00A0\u0080 HTTP/1.1", "GET /\u00C3\u00A9?\u00C3\u00A9=\u00C3\u00A9 HTTP/1.1", "GET /?returnUrl=\u00FF HTTP/1.1",
        "GET /%ED%A0%80?x=%ED%A0%80 HTTP/1.1", "GET /% HTTP/1.1", "GET /%00 HTTP/1.1", "GET /?%00=%00 HTTP/1.1",
        "G\u00C9T / HTTP/1.1", "\u0000", "PRI * HTTP/2.0\r\n\r\nSM\r\n", "GET //evil.example/%2e%2e HTTP/1.1", "GET /../../x HTTP/1.1",
        "POST /sign-in?returnUrl=%ED%A0%80 HTTP/1.1",
    ];

    /// <returns>Those that were answered with 5xx. That a connection is closed without a word is an answer, too.</returns>
    public static async Task<IReadOnlyList<string>> FaultsAsync(int port, MalformedTarget target, SslClientAuthenticationOptions? tls)
    {
        var faults = new List<string>();
        foreach (var request in All(target))
        {
            var answer = await RawConnection.ExchangeAsync(port, request, tls);
            if (answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal) && !answer.StartsWith(UnknownVersion, StringComparison.Ordinal))
            {
                faults.Add($"{answer[..Math.Min(answer.Length, 40)].ReplaceLineEndings(" | ")} to " +
                    $"{request[..Math.Min(request.Length, 1500)].ReplaceLineEndings(" | ")}");
            }
        }

        return faults;
    }

    /// <summary>
    /// What was logged, but for the server's own warning that it could not read to its end a body whose trailer it cannot decode: it says so
    /// after the request was answered, and closes the connection.
    /// </summary>
    public static IReadOnlyList<string> Logged(MalformedTarget target) =>
        [.. target.Logs.Where(line => !line.Contains("automatic draining of the request body failed", StringComparison.Ordinal))];

    private static IEnumerable<string> All(MalformedTarget target)
    {
        foreach (var valid in target.Valid)
        {
            foreach (var host in Hosts)
            {
                yield return Request(valid, host, $"Content-Length: {valid.Body?.Length ?? 0}\r\n", Encoding.Latin1.GetString(valid.Body ?? []));
            }

            foreach (var (headers, body) in valid.Method == "GET" ? Framings[..2] : Framings)
            {
                yield return Request(valid, HostOf(valid), headers, body);
            }
        }

        foreach (var line in Lines)
        {
            yield return $"{line}\r\nHost: {HostOf(target.Valid[0])}\r\nConnection: close\r\n\r\n";
        }

        yield return $"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
        yield return $"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    }

    private static string Request(ValidRequest valid, string host, string framing, string body) =>
        $"{valid.Method} {valid.Address[valid.PathStart..]}{(valid.Query.Length == 0 ? "" : "?")}{valid.Query} HTTP/1.1\r\nHost: " +
        $"{host}\r\nConnection: close\r\n"
        + string.Concat(valid.Headers.Select(header => $"{header.Name}: {header.Value}\r\n")) + framing + "\r\n" + body;

    private static string HostOf(ValidRequest valid) => new Uri(valid.Address).Authority;
}
