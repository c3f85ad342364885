using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Whatever is sent, the answer is an error in the contract's form, never a 5xx.</summary>
[StartsHosts]
public sealed class MalformedRequestTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private static readonly string[] Bodies =
    [
        "", "null", "[]", "{}", "\"text\"", "1", "{", "{\"kty\":}", "{\"kty\":1}", "{\"kty\":null}", "{\"kty\":\"RSA\",\"key_size\":\"2048\"}",
        "{\"kty\":\"RSA\",\"key_size\":1024}", "{\"kty\":\"RSA\",\"key_size\":99999999999}", "{\"kty\":\"RSA\",\"public_exponent\":2}",
        "{\"kty\":\"RSA\",\"key_ops\":[\"fly\"]}", "{\"kty\":\"RSA\",\"key_ops\":[null]}", "{\"kty\":\"RSA\",\"key_ops\":\"wrapKey\"}",
        "{\"kty\":\"RSA\",\"attributes\":{\"exp\":-1}}", "{\"kty\":\"RSA\",\"attributes\":{\"nbf\":9223372036854775807}}",
        "{\"kty\":\"RSA\",\"attributes\":{\"enabled\":\"yes\"}}",
        "{\"kty\":\"RSA\",\"attributes\":{\"exportable\":true}}", "{\"kty\":\"RSA\",\"tags\":[1]}", "{\"kty\":\"RSA\",\"tags\":{\"a\":1}}",
        "{\"kty\":\"RSA\",\"tags\":{\"\\ud800\":\"\\udfff\"}}",
        "{\"kty\":\"RSA\",\"release_policy\":{}}", "{\"alg\":\"RSA-OAEP-256\"}", "{\"value\":\"AAAA\"}", "{\"alg\":\"A256KW\",\"value\":\"AAAA\"}",
        "{\"alg\":\"RSA-OAEP-256\",\"value\":\"+/=\"}",
        "{\"alg\":\"RSA-OAEP-256\",\"value\":\"A\"}", "{\"alg\":\"RSA-OAEP-256\",\"value\":1}", "{\"alg\":\"\\ud800\",\"value\":\"AAAA\"}",
        "{\"alg\":\"RSA1_5\",\"value\":\"\\u0000\"}",
        "{\"key\":{}}", "{\"key\":1}", "{\"key\":{\"kty\":\"RSA\",\"n\":\"AQAB\"}}",
        "{\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"\",\"y\":\"\",\"d\":\"\"}}",
        "{\"key\":{\"kty\":\"oct\",\"k\":\"\"},\"Hsm\":true}",
        "{\"key\":{\"kty\":\"RSA\",\"n\":\"AA\",\"e\":\"AA\",\"d\":\"AA\",\"p\":\"AA\",\"q\":\"AA\",\"dp\":\"AA\",\"dq\":\"AA\",\"qi\":\"AA\"}}",
        "{\"kty\":\"EC\",\"crv\":\"\"}", "{\"kty\":\"oct-HSM\",\"key_size\":-1}", "{\"count\":-1}", "{\"count\":129}", "{\"alg\":\"RS256\",\"value\":\"\"}",
        "{\"alg\":\"RS256\",\"value\":\"AAAA\",\"digest\":\"\"}",
        "{\"alg\":\"A256GCM\",\"value\":\"AAAA\",\"iv\":\"+\"}", "{\"alg\":\"RSNULL\",\"value\":\"\"}",
        "\u0000\u0001\u0002", "<xml/>", "{\"kty\":\"RSA\",\"kty\":{}}", "{\"attributes\":{\"expiryTime\":\"P99999999D\"}}", "{\"lifetimeActions\":{}}",
    ];

    private static readonly (string Method, string Path)[] Targets =
    [
        ("POST", "/keys/bad/create"), ("POST", "/keys/bad/wrapkey"), (
            "POST", "/keys/bad/unwrapkey"), ("POST", "/keys/bad/encrypt"), ("POST", "/keys/bad/decrypt"),
        ("PATCH", "/keys/bad"), ("PUT", "/keys/bad/rotationpolicy"),
        ("PUT", "/keys/bad"), ("POST", "/keys/bad/sign"), ("POST", "/keys/bad/verify"), ("POST", "/keys/bad/release"), ("POST", "/rng"),
    ];

    private static readonly string[] Paths =
    [
        "/", "/keys/%00", "/keys/%2e%2e%2f", "/keys/a_b", "/keys/ä", "/keys/" +
            new string('a', 128), "/keys/x/y/z", "/keys/x/%ff", "/keys?maxresults=-1", "/keys?maxresults=99999999999999",
        "/keys?$skiptoken=", "/keys?$skiptoken=AAAA", "/keys/bad/versions?$skiptoken=%F0%9F%98%80", "/subscriptions", "/subscriptions/%00/providers",
        "/msi/token", "/deletedkeys/x/recover", "/%", "/keys/bad/' OR 1=1",
    ];

    [Fact]
    public async Task A_malformed_request_is_a_client_error_with_a_body()
    {
        await vault.CreateKeyAsync("bad");
        var sent = 0;
        foreach (var (method, path) in Targets)
        {
            foreach (var body in Bodies)
            {
                await CheckAsync(method, path, body);
                sent++;
            }
        }

        foreach (var path in Paths)
        {
            foreach (var method in new[] { "GET", "DELETE", "OPTIONS" })
            {
                await CheckAsync(method, path, null);
                sent++;
            }
        }

        Assert.True(sent >= 300, $"{sent} requests");
        Assert.Empty(vault.Logs);
    }

    [Theory]
    [InlineData("x-ms-client-request-id", "\u00e4\u20ac")]
    [InlineData("x-ms-client-request-id", "a\tb")]
    [InlineData("Authorization", "Basic QUJD")]
    [InlineData("Authorization", "Bearer")]
    [InlineData("Authorization", "Bearer \u20ac.\u20ac.\u20ac")]
    [InlineData("Host", "kv-x.vault.localhost.example:8443")]
    [InlineData("Host", ".vault.localhost")]
    [InlineData("Host", "169.254.169.254")]
    public async Task A_strange_header_is_a_client_error(string name, string value)
    {
        var handler = vault.CreateHandler();
        // The name is what is tested; the certificate is not for it.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0;
        handler.RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8;
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://localhost:8443/keys/none?api-version=7.6");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await vault.AdministratorTokenAsync());
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);

        using var answer = await http.SendAsync(request);

        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.Empty(vault.Logs);
    }

    private async Task CheckAsync(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), $"https://localhost:8443{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version=7.6");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await vault.AdministratorTokenAsync());
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await vault.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode < 500, $"{method} {path} {body}: {answer.StatusCode}");
        // A NUL in the path is refused by Kestrel, below the vault.
        Assert.True(
            answer.IsSuccessStatusCode || path.Contains("%00", StringComparison.Ordinal) || text.Length > 0,
            $"{method} {path} {body}: {answer.StatusCode} without a body");
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            Assert.True(path.StartsWith("/keys", StringComparison.Ordinal), $"{method} {path} {body} was accepted");
        }
    }
}
