using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>A vault in memory behind the real key client: real RSA, the errors of the wire contract, and whatever failure a test wants.</summary>
internal sealed class FakeVault
{
    public const string Json = "application/json";

    public static readonly Uri Address = new("https://contoso.vault.localhost/");

    // Generated once: a key costs a quarter of a second.
    private static readonly Lazy<RSA>[] SharedKeys = [.. Enumerable.Range(0, 3).Select(_ => new Lazy<RSA>(() => RSA.Create(2048)))];

    private int _nextKey;

    public FakeVault() => Transport = new HttpClientTransport(new Handler(this));

    public HttpPipelineTransport Transport { get; }

    public Dictionary<string, FakeKey> Keys { get; } = [];

    /// <summary>Answers a request in place of the vault when it returns something; may also throw.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Intercept { get; set; }

    public HashSet<string> DeniedTokens { get; } = [];

    public int Unwraps { get; private set; }

    public VaultAccess Access =>
        new() { CredentialFor = identity => new FixedCredential(identity.ClientId), Transport = Transport, RetryDelay = TimeSpan.Zero };

    /// <param name="vault">Address of the vault it is in; the names of keys are unique over all of them here.</param>
    public KeyIdentifier AddKey(string name = "dps-kek", Uri? vault = null)
    {
        Keys[name] = new FakeKey(name, vault ?? Address);
        AddVersion(name);
        return KeyIdentifier.Create(vault ?? Address, name);
    }

    public KeyIdentifier AddVersion(string name = "dps-kek")
    {
        var version = Guid.NewGuid().ToString("N");
        Keys[name].Versions.Add(new FakeVersion(version, SharedKeys[_nextKey++ % SharedKeys.Length].Value));
        return KeyIdentifier.Create(Keys[name].Vault, name, version);
    }

    public FakeVersion Version(KeyIdentifier key) => Keys[key.Name].Versions.Single(version => version.Id == key.Version);

    public static HttpResponseMessage Error(HttpStatusCode status, string code, string? inner = null) =>
        Answer(status, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = code,
                ["message"] = "As a test wants it.",
                ["innererror"] = inner is null ? null : new JsonObject { ["code"] = inner },
            },
        }.ToJsonString());

    public static HttpResponseMessage Answer(HttpStatusCode status, string body, string contentType = Json) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, contentType) };

    private HttpResponseMessage Respond(HttpRequestMessage request, string body)
    {
        if (request.Headers.Authorization is not { Parameter: { } token })
        {
            var challenge = Error(HttpStatusCode.Unauthorized, "Unauthorized");
            challenge.Headers.TryAddWithoutValidation(
                "WWW-Authenticate", "Bearer authorization=\"https://login.localhost/tenant\", resource=\"https://vault.localhost\"");
            return challenge;
        }

        if (DeniedTokens.Contains(token))
        {
            return Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac");
        }

        var path = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var key = Keys.GetValueOrDefault(path[1]) is { } named && named.Vault.Host == request.RequestUri.Host ? named : null;
        var version = path.Length > 2 ? key?.Versions.FirstOrDefault(candidate => candidate.Id == path[2]) : key?.Versions[^1];
        if (key is null || version is null)
        {
            return Error(HttpStatusCode.NotFound, "KeyNotFound");
        }

        return request.Method == HttpMethod.Get ? Answer(HttpStatusCode.OK, Bundle(key, version)) : Use(version, path[3], JsonNode.Parse(body)!);
    }

    private HttpResponseMessage Use(FakeVersion version, string operation, JsonNode body)
    {
        if (!version.Enabled)
        {
            return Error(HttpStatusCode.Forbidden, "Forbidden", "KeyDisabled");
        }

        var input = Base64Url.Decode(body["value"]!.GetValue<string>());
        var unwrap = operation.Equals("unwrapKey", StringComparison.OrdinalIgnoreCase);
        Unwraps += unwrap ? 1 : 0;
        var output = unwrap ? version.Unwrap(input) : version.Rsa.Encrypt(input, RSAEncryptionPadding.OaepSHA256);
        return Answer(HttpStatusCode.OK, new JsonObject { ["kid"] = "", ["value"] = Base64Url.Encode(output) }.ToJsonString());
    }

    private static string Bundle(FakeKey key, FakeVersion version)
    {
        var parameters = version.Rsa.ExportParameters(includePrivateParameters: false);
        var attributes = new JsonObject { ["enabled"] = version.Enabled, ["created"] = 1, ["updated"] = 1, ["recoveryLevel"] = key.RecoveryLevel };
        if (version.ExpiresOn is { } expires)
        {
            attributes["exp"] = expires.ToUnixTimeSeconds();
        }

        if (version.NotBefore is { } notBefore)
        {
            attributes["nbf"] = notBefore.ToUnixTimeSeconds();
        }

        return new JsonObject
        {
            ["key"] = new JsonObject
            {
                ["kid"] = $"{key.Vault}keys/{key.Name}/{version.Id}",
                ["kty"] = key.Type,
                ["key_ops"] = new JsonArray([.. key.Operations.Select(operation => (JsonNode)operation)]),
                ["n"] = Base64Url.Encode(key.Modulus ?? parameters.Modulus!),
                ["e"] = Base64Url.Encode(parameters.Exponent!),
            },
            ["attributes"] = attributes,
        }.ToJsonString();
    }

    private sealed class Handler(FakeVault vault) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            lock (vault)
            {
                return vault.Intercept?.Invoke(request) ?? vault.Respond(request, body);
            }
        }
    }

    private sealed class FixedCredential(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(token, DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    private static class Base64Url
    {
        public static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

        public static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
    }
}

internal sealed class FakeKey(string name, Uri vault)
{
    public string Name => name;

    public Uri Vault => vault;

    public string Type { get; set; } = "RSA";

    public byte[]? Modulus { get; set; }

    public string[] Operations { get; set; } = ["wrapKey", "unwrapKey"];

    public string RecoveryLevel { get; set; } = "CustomizedRecoverable";

    public List<FakeVersion> Versions { get; } = [];
}

internal sealed class FakeVersion(string id, RSA rsa)
{
    // Each form is decrypted once: long runs ask for the same ones again and again.
    private readonly ConcurrentDictionary<string, byte[]> _unwrapped = new();
    public string Id => id;

    public RSA Rsa => rsa;

    public bool Enabled { get; set; } = true;

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? ExpiresOn { get; set; }

    /// <summary>What an unwrap answers, for a vault that lies.</summary>
    public Func<byte[], byte[]>? UnwrapAs { get; set; }

    public byte[] Unwrap(byte[] wrapped) => UnwrapAs is { } other
        ? other(wrapped)
        : _unwrapped.GetOrAdd(Convert.ToBase64String(wrapped), _ => rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256));
}
