using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.KeyRequests;
using DpsPortal.KeyVault.Management;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.Tests.KeyVault;

/// <summary>No answer, log line, exception, event or audit event carries private material: all are scanned for all of it.</summary>
[StartsHosts]
public sealed class SecrecyTests : IAsyncDisposable
{
    private readonly RunningVault _vault = new() { Trace = [], Transcript = [] };
    private readonly ConcurrentQueue<string> _exceptions = [];
    private readonly SecretScanner _keys = new();
    private readonly SecretScanner _credentials = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public void A_body_that_carries_a_secret_prints_its_type_alone()
    {
        object[] bodies =
        [
            new CryptoBody("A256GCM", "secret", "secret", "secret", "secret", "secret"), new CryptoResult("kid", "secret"), new RandomBytesResult("secret"),
            new OAuthToken("Bearer", 1, 1, "secret"), new OAuthTokenV1("Bearer", "1", "1", "1", "1", "resource", "secret"),
            new IdentityToken("secret", "1", "resource", "Bearer", Guid.Empty), new ClientSecret(Guid.Empty, "secret"), new PasswordCredentialBody("secret"),
        ];
        Assert.All(bodies, body => Assert.Equal(body.GetType().Name, body.ToString()));
    }

    [Fact]
    public async Task A_run_of_all_operations_shows_no_private_material()
    {
        AppDomain.CurrentDomain.FirstChanceException += Remember;
        try
        {
            await _vault.StartAsync();
            await RunAsync();
            await FailAsync();
            CollectKeys();
            await DeleteAndPurgeAsync();
            await LetTimePassAsync();
            await BreakAsync();
            CollectKeys();
            CollectFolders();
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Remember;
        }

        await _vault.StopAsync();

        var said = new List<string>([.. _vault.Trace!, .. _exceptions, .. AuditEvents(), .. _vault.Events.All.Select(happening => happening.ToString())]);
        var answers = _vault.Transcript!.ToList();
        Assert.True(_keys.Count > 200, $"{_keys.Count} forms of secrets");
        Assert.True(_vault.Trace!.Count > 200, $"{_vault.Trace!.Count} log lines");
        Assert.Contains(_exceptions, text => text.Contains("CryptographicException", StringComparison.Ordinal));
        Assert.Contains(answers, text => text.Contains("InternalServerError", StringComparison.Ordinal));
        Assert.Empty(_keys.Scan([.. said, .. answers]));
        Assert.Empty(_credentials.Scan(said));

        // The same scan finds what is there: a token in the answer that issues it, and a member of a key planted in a log line.
        Assert.NotEmpty(_credentials.Scan(answers));
        Assert.All(FormsOfAPrivateMember(), form => Assert.Single(_keys.Scan([.. said, $"planted {form} here"])));
    }

    private async Task RunAsync()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await OkAsync(HttpMethod.Post, "/keys/rsa/create", new { kty = "RSA", tags = new { a = "b" } });
        await OkAsync(HttpMethod.Post, "/keys/ec/create", new { kty = "EC", crv = "P-384" });
        await OkAsync(HttpMethod.Post, "/keys/oct/create", new { kty = "oct-HSM", key_size = 256 });
        await OkAsync(HttpMethod.Put, "/keys/imported", new { key = SeedTests.Jwk(rsa) });
        await OkAsync(HttpMethod.Put, "/keys/imported-ec", new { key = Jwk(ec) });
        await OkAsync(
            HttpMethod.Put, "/keys/imported-oct",
            new { Hsm = true, key = new { kty = "oct", k = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)) } });
        await OkAsync(HttpMethod.Post, "/keys/rsa/rotate", null);
        await OkAsync(HttpMethod.Patch, "/keys/rsa", new { tags = new { c = "d" } });
        await OkAsync(
            HttpMethod.Put, "/keys/rsa/rotationpolicy",
            """{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P90D"}}""");
        foreach (var path in new[] { "/keys", "/keys/rsa", "/keys/rsa/versions", "/keys/rsa/rotationpolicy", "/deletedkeys" })
        {
            await OkAsync(HttpMethod.Get, path, null);
        }

        foreach (var key in new[] { "rsa", "imported" })
        {
            var wrapped = await OkAsync(HttpMethod.Post, $"/keys/{key}/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });
            await OkAsync(HttpMethod.Post, $"/keys/{key}/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! });
        }

        var digest = Base64Url.EncodeToString(SHA384.HashData([1]));
        var signature = await OkAsync(HttpMethod.Post, "/keys/ec/sign", new { alg = "ES384", value = digest });
        await OkAsync(HttpMethod.Post, "/keys/ec/verify", new { alg = "ES384", digest, value = (string)signature.Json["value"]! });
        var hidden = await OkAsync(HttpMethod.Post, "/keys/oct/wrapkey", new { alg = "A256KW", value = Base64Url.EncodeToString(new byte[16]) });
        await OkAsync(HttpMethod.Post, "/keys/oct/unwrapkey", new { alg = "A256KW", value = (string)hidden.Json["value"]! });
        await _vault.CreateVaultAsync("kv-second", purgeProtection: false, retentionDays: 7);
        var backup = await OkAsync(HttpMethod.Post, "/keys/imported/backup", null);
        await OkAsync(HttpMethod.Post, RunningVault.VaultAddress("kv-second") + "/keys/restore", new { value = (string)backup.Json["value"]! });
        await OkAsync(HttpMethod.Get, _vault.SubscriptionPath + "/providers/Microsoft.KeyVault/vaults", null);
        var (clientId, principal) = await _vault.CreateIdentityAsync("id-secrecy");
        await _vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, _vault.VaultResourceId("kv-contoso-prod"));
        await OkAsync(HttpMethod.Get, "/keys/rsa", null, await _vault.IdentityTokenAsync(clientId));
    }

    private async Task FailAsync()
    {
        using var rsa = RSA.Create(2048);
        var jwk = SeedTests.Jwk(rsa);
        _keys.Add("a key that was refused", rsa.ExportParameters(includePrivateParameters: true).D!);
        jwk["q"] = jwk["p"];
        var text = System.Text.Json.JsonSerializer.Serialize(new { key = jwk });
        await RefusedAsync(HttpMethod.Put, "/keys/inconsistent", text);
        await RefusedAsync(HttpMethod.Put, "/keys/cut-short", text[..^30]);
        await RefusedAsync(HttpMethod.Put, "/keys/misspelt", text.Replace("\"dp\":\"", "\"dp\":\"!", StringComparison.Ordinal));
        await RefusedAsync(HttpMethod.Put, "/keys/no-object", text.Replace("\"kty\":\"RSA\"", "\"kty\":17", StringComparison.Ordinal));
        await RefusedAsync(HttpMethod.Put, "/keys/bad_name", text);
        await RefusedAsync(HttpMethod.Post, "/keys/rsa/unwrapkey", new { alg = "RSA-OAEP-256", value = Base64Url.EncodeToString(new byte[256]) });
        await RefusedAsync(HttpMethod.Post, "/keys/rsa/unwrapkey", new { alg = "none", value = "AA" });
        await RefusedAsync(HttpMethod.Post, "/keys/rsa/decrypt", new { alg = "RSA-OAEP", value = "!" });
        await RefusedAsync(HttpMethod.Post, "/keys/ec/wrapkey", new { alg = "RSA-OAEP", value = "AA" });
        await RefusedAsync(HttpMethod.Post, "/keys/restore", new { value = "AAAA" });
        await RefusedAsync(HttpMethod.Get, "/keys/absent", null);
        await RefusedAsync(HttpMethod.Get, "/keys/rsa", null, "not.a.token");
        await RefusedAsync(HttpMethod.Get, "/keys/rsa", null, await _vault.AdministratorTokenAsync(RunningVault.ManagementResource));
        await RefusedAsync(HttpMethod.Trace, "/keys/rsa", null);
        await RefusedAsync(HttpMethod.Get, "/nowhere", null);
        using var wrong = await _vault.Http.PostAsync($"https://localhost:8443/{_vault.Options.TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new(
                "client_id", _vault.Options.AdministratorClientId.ToString()), new("client_secret", "wrong"), new("scope", "x")]));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    private async Task DeleteAndPurgeAsync()
    {
        var address = RunningVault.VaultAddress("kv-second");
        await OkAsync(HttpMethod.Delete, "/keys/imported-ec", null);
        await OkAsync(HttpMethod.Get, "/deletedkeys/imported-ec", null);
        await OkAsync(HttpMethod.Post, "/deletedkeys/imported-ec/recover", null);
        await OkAsync(HttpMethod.Delete, address + "/keys/imported", null);
        await OkAsync(HttpMethod.Delete, address + "/deletedkeys/imported", null);
    }

    private async Task LetTimePassAsync()
    {
        _vault.Clock.Advance(TimeSpan.FromDays(31));
        await _vault.Events.WaitAsync("KeyNewVersionCreated", "rsa", occurrence: 3);
        await OkAsync(HttpMethod.Get, _vault.VaultResourceId("kv-contoso-prod") + "/auditEvents?$top=1000", null);
    }

    /// <summary>A private key that does not open is a fault of the vault: the answer is 500, and the log has the exception.</summary>
    private async Task BreakAsync()
    {
        var token = await _vault.AdministratorTokenAsync();
        CollectKeys();
        await _vault.StopAsync();
        _vault.Execute("UPDATE KeyVersions SET SealedPrivateKey = (SELECT SealedPrivateKey FROM KeyVersions ORDER BY Sequence LIMIT 1) WHERE Sequence " +
            "= (SELECT MAX(Sequence) FROM KeyVersions)");
        await _vault.StartAsync();
        var answer = await _vault.PostAsync("/keys/rsa/unwrapkey", new { alg = "RSA-OAEP-256", value = Base64Url.EncodeToString(new byte[256]) }, token);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
        _vault.Execute("DELETE FROM KeyVersions WHERE Sequence = (SELECT MAX(Sequence) FROM KeyVersions)");
    }

    /// <summary>Every private key that the database has at this moment, opened with the master key.</summary>
    private void CollectKeys()
    {
        using var masterKey = MasterKey.Open(ProtectedFolder.Open(Path.Combine(_vault.Root, "vault-master-key")), databaseExists: true);
        using var connection = _vault.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT k.Vault, k.Name, v.Version, v.KeyType, v.SealedPrivateKey FROM KeyVersions v JOIN Keys k ON k.Id = v.KeyId";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (name, type) = ($"{reader.GetString(0)}/{reader.GetString(1)}", reader.GetString(3));
            var value = masterKey.Open(reader.GetFieldValue<byte[]>(4), new KeySlot(reader.GetString(0), reader.GetString(1), reader.GetString(2)).For(type));
            foreach (var secret in type.StartsWith("oct", StringComparison.Ordinal) ? [value] : Members(value, type))
            {
                _keys.Add(name, secret);
            }
        }
    }

    private static byte[][] Members(byte[] pkcs8, string type)
    {
        if (type.StartsWith("EC", StringComparison.Ordinal))
        {
            using var ec = ECDsa.Create();
            ec.ImportPkcs8PrivateKey(pkcs8, out _);
            return [ec.ExportParameters(includePrivateParameters: true).D!];
        }

        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(pkcs8, out _);
        var parts = rsa.ExportParameters(includePrivateParameters: true);
        return [parts.D!, parts.P!, parts.Q!, parts.DP!, parts.DQ!, parts.InverseQ!];
    }

    /// <summary>Whatever lies in the folders of secrets, and the tokens that were issued.</summary>
    private void CollectFolders()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_vault.Root, "vault-master-key")))
        {
            _keys.Add(Path.GetFileName(file), File.ReadAllBytes(file));
        }

        foreach (var file in new[] { "vault-ca/ca.pem", "vault-ca/localhost.pem", "vault-issuer/signing.pem" })
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(Path.Combine(_vault.Root, file))
                .AsSpan()[Math.Max(0, File.ReadAllText(Path.Combine(_vault.Root, file)).IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal))..]);
            _keys.Add(file, key.ExportParameters(includePrivateParameters: true).D!);
        }

        foreach (var file in new[] { "administrator-credential/secret", "identity-endpoint/header" })
        {
            _keys.Add(file, File.ReadAllText(Path.Combine(_vault.Root, file)));
        }

        foreach (var token in _vault.Transcript!.SelectMany(Tokens))
        {
            _credentials.Add("a token", token.Split('.')[2]);
        }

        Assert.True(_credentials.Count > 2);
    }

    private static IEnumerable<string> Tokens(string answer) =>
        System.Text.RegularExpressions.Regex.Matches(answer, @"eyJ[\w-]+\.[\w-]+\.[\w-]+").Select(match => match.Value);

    private IEnumerable<string> FormsOfAPrivateMember()
    {
        using var rsa = RSA.Create(2048);
        var member = rsa.ExportParameters(includePrivateParameters: true).P!;
        _keys.Add("planted", member);
        return SecretScanner.FormsOf(member)
            .Append(Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()))
            .Append(Encoding.Latin1.GetString(rsa.ExportPkcs8PrivateKey()));
    }

    private List<string> AuditEvents()
    {
        using var connection = _vault.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM AuditEvents";
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
        {
            texts.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        }

        return texts;
    }

    private async Task<VaultResponse> OkAsync(HttpMethod method, string address, object? body, string? token = null)
    {
        var answer = await _vault.SendAsync(method, address, body, token);
        Assert.True(
            (int)answer.Status is >= 200 and < 300, $"{method} {address}: {answer.Status} {answer.Text} {string.Join(Environment.NewLine, _vault.Logs)}");
        return answer;
    }

    private async Task RefusedAsync(HttpMethod method, string address, object? body, string? token = null)
    {
        var answer = await _vault.SendAsync(method, address, body, token);
        Assert.True((int)answer.Status is >= 400 and < 500, $"{method} {address}: {answer.Status} {answer.Text}");
    }

    private static Dictionary<string, string> Jwk(ECDsa ec)
    {
        var parts = ec.ExportParameters(includePrivateParameters: true);
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(parts.Q.X), ["y"] = Base64Url.EncodeToString(parts.Q.Y),
            ["d"] = Base64Url.EncodeToString(parts.D) };
    }

    private void Remember(object? sender, FirstChanceExceptionEventArgs happening) => _exceptions.Enqueue(happening.Exception.ToString());
}
