using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;

namespace DpsPortal.Tests.KeyVault.Legality;

/// <summary>
/// Brings a key of its own, the caller or the vault into a state and sends one operation. Every key is the same RSA key,
/// imported: making them would take longer than everything else.
/// </summary>
public sealed class LegalityVault : IAsyncLifetime
{
    private const string Open = "kv-open";
    private const string Closed = "kv-closed";
    private const string Busy = "kv-busy";
    private static readonly byte[] Value = RandomNumberGenerator.GetBytes(32);

    private readonly RSA _rsa = RSA.Create(2048);
    private string _stranger = "";
    private string _heavy = "";

    public RunningVault Running { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Running.StartAsync();
        foreach (var name in new[] { Open, Closed, Busy })
        {
            await Running.CreateVaultAsync(name, purgeProtection: false);
        }

        var (clientId, _) = await Running.CreateIdentityAsync("stranger");
        _stranger = await Running.IdentityTokenAsync(clientId);
        // A use of it counts for eight.
        _heavy = (await Running.CreateKeyAsync("heavy", new { kty = "RSA", key_size = 4096 }, Busy)).KeyId;
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        _rsa.Dispose();
    }

    public async Task<VaultResponse> SendAsync(string state, string operation)
    {
        var name = $"{state}-{operation}".Replace(' ', '-').Replace('_', '-');
        switch (state)
        {
            case "no role":
                await ImportAsync(Open, name, state);
                return await SendAsync(Open, name, operation, state, _stranger);
            case "firewall":
                await FirewallAsync("Allow");
                await ImportAsync(Closed, name, state);
                await FirewallAsync("Deny");
                return await SendAsync(Closed, name, operation, state);
            case "throttled":
                return await ThrottledAsync(name, operation);
            default:
                await ImportAsync(Open, name, state);
                return await SendAsync(Open, name, operation, state);
        }
    }

    private async Task<VaultResponse> SendAsync(string vault, string name, string operation, string state, string? token = null)
    {
        var key = $"{RunningVault.VaultAddress(vault)}/keys/{name}";
        var deleted = $"{RunningVault.VaultAddress(vault)}/deletedkeys/{name}";
        var wrongSize = state == "wrong size";
        var alg = state == "wrong type" ? "ES256K" : "RSA-OAEP-256";
        var signing = state == "wrong type" ? "A256KW" : "RS256";
        var plain = Text(wrongSize ? new byte[400] : Value);
        var cipher = Text(wrongSize ? new byte[5] : _rsa.Encrypt(Value, RSAEncryptionPadding.OaepSHA256));
        var digest = wrongSize ? new byte[20] : SHA256.HashData(Value);
        var signature = Text(_rsa.SignHash(SHA256.HashData(Value), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var kty = state == "wrong type" ? "oct" : "RSA";
        return operation switch
        {
            "create" => await Post("/create", new { kty = state == "wrong type" ? kty : "EC", crv = wrongSize ? "P-224" : "P-256" }),
            "import" => await Running.SendAsync(HttpMethod.Put, key, new { key = Jwk(kty, wrongSize) }, token),
            "restore" =>
                await Running.PostAsync($"{RunningVault.VaultAddress(vault)}/keys/restore", new { value = await BackupAsync(vault, name, state) }, token),
            "update" => await Running.SendAsync(HttpMethod.Patch, key, new { tags = new { a = "b" } }, token),
            "get" => await Running.GetAsync(key, token),
            "delete" => await Running.SendAsync(HttpMethod.Delete, key, null, token),
            "list" => await Running.GetAsync($"{RunningVault.VaultAddress(vault)}/keys", token),
            "versions" => await Running.GetAsync(key + "/versions", token),
            "get policy" => await Running.GetAsync(key + "/rotationpolicy", token),
            "set policy" => await Running.SendAsync(HttpMethod.Put, key + "/rotationpolicy", new { attributes = new { expiryTime = "P90D" } }, token),
            "encrypt" or "wrapkey" => await Post("/" + operation, new { alg, value = plain }),
            "decrypt" or "unwrapkey" => await Post("/" + operation, new { alg, value = cipher }),
            "sign" => await Post("/sign", new { alg = signing, value = Text(digest) }),
            "verify" => await Post("/verify", new { alg = signing, digest = Text(digest), value = signature }),
            "list deleted" => await Running.GetAsync($"{RunningVault.VaultAddress(vault)}/deletedkeys", token),
            "get deleted" => await Running.GetAsync(deleted, token),
            "recover" => await Running.PostAsync(deleted + "/recover", null, token),
            "purge" => await Running.SendAsync(HttpMethod.Delete, deleted, null, token),
            _ => await Post("/" + operation, null),
        };

        Task<VaultResponse> Post(string path, object? body) => Running.PostAsync(key + path, body, token);
    }

    private async Task ImportAsync(string vault, string name, string state)
    {
        var now = Running.Clock.GetUtcNow().ToUnixTimeSeconds();
        var day = (long)TimeSpan.FromDays(1).TotalSeconds;
        var attributes = new
        {
            enabled = state != "disabled",
            nbf = state == "not yet valid" ? now + day : (long?)null,
            exp = state == "expired" ? now - day : (long?)null,
        };
        var address = $"{RunningVault.VaultAddress(vault)}/keys/{name}";
        var body = new { key = Jwk("RSA", wrongSize: false, state == "no key_ops" ? [] : null), attributes };
        var imported = await Running.SendAsync(HttpMethod.Put, address, body);
        Assert.True(imported.Status == HttpStatusCode.OK, imported.Text);
        if (state == "deleted")
        {
            var deleted = await Running.SendAsync(HttpMethod.Delete, address);
            Assert.True(deleted.Status == HttpStatusCode.OK, deleted.Text);
        }
    }

    /// <summary>A backup of a key of that name, made while it could be.</summary>
    private async Task<string> BackupAsync(string vault, string name, string state)
    {
        var address = $"{RunningVault.VaultAddress(vault)}/keys/{name}";
        if (state is "firewall" or "throttled")
        {
            return "";
        }

        if (state == "deleted")
        {
            await Running.PostAsync($"{RunningVault.VaultAddress(vault)}/deletedkeys/{name}/recover", null);
        }

        var backup = await Running.PostAsync(address + "/backup", null);
        Assert.True(backup.Status == HttpStatusCode.OK, backup.Text);
        if (state == "deleted")
        {
            await Running.SendAsync(HttpMethod.Delete, address);
        }

        return (string)backup.Json["value"]!;
    }

    private async Task FirewallAsync(string defaultAction)
    {
        var answer = await Running.SendAsync(
            HttpMethod.Patch, Running.VaultResourceId(Closed), new { properties = new { networkAcls = new { defaultAction, bypass = "None" } } });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
    }

    /// <summary>Uses up the limits and sends. What is refused does not count, so one window serves many operations, and may end at any of them.</summary>
    private async Task<VaultResponse> ThrottledAsync(string name, string operation)
    {
        await ThrottlingAsync(false);
        await ImportAsync(Busy, name, "enabled");
        await ThrottlingAsync(true);
        var answer = await SendAsync(Busy, name, operation, "throttled");
        for (var attempts = 0; answer.Status != HttpStatusCode.TooManyRequests && attempts < 3; attempts++)
        {
            await ExhaustAsync(() => Running.GetAsync(_heavy));
            await ExhaustAsync(() => Running.PostAsync($"{RunningVault.VaultAddress(Busy)}/keys/light/create", new { kty = "EC" }));
            answer = await SendAsync(Busy, name, operation, "throttled");
        }

        await ThrottlingAsync(false);
        Assert.True(answer.Status != HttpStatusCode.TooManyRequests || answer.Headers.RetryAfter is not null, "429 without Retry-After");
        return answer;
    }

    private static async Task ExhaustAsync(Func<Task<VaultResponse>> call)
    {
        while ((await call()).Status != HttpStatusCode.TooManyRequests)
        {
        }
    }

    private async Task ThrottlingAsync(bool throttling)
    {
        var answer = await Running.SendAsync(
            HttpMethod.Patch, $"{Running.SubscriptionPath}/providers/DpsPortal.KeyVault/settings/default", new { properties = new { throttling } });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
    }

    private Dictionary<string, object?> Jwk(string kty, bool wrongSize, string[]? operations = null)
    {
        if (wrongSize)
        {
            using var small = RSA.Create(1024);
            return Members(kty, small, operations);
        }

        return Members(kty, _rsa, operations);
    }

    private static Dictionary<string, object?> Members(string kty, RSA rsa, string[]? operations)
    {
        var parts = rsa.ExportParameters(includePrivateParameters: true);
        var members = new Dictionary<string, object?>
        {
            ["kty"] = kty,
            ["n"] = Text(parts.Modulus!),
            ["e"] = Text(parts.Exponent!),
            ["d"] = Text(parts.D!),
            ["p"] = Text(parts.P!),
            ["q"] = Text(parts.Q!),
            ["dp"] = Text(parts.DP!),
            ["dq"] = Text(parts.DQ!),
            ["qi"] = Text(parts.InverseQ!),
        };
        if (operations is not null)
        {
            members["key_ops"] = operations;
        }

        return members;
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
