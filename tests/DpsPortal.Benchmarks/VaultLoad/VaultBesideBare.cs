using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys;
using DpsPortal.Hosting;
using DpsPortal.KeyVault;

namespace DpsPortal.Benchmarks.VaultLoad;

/// <summary>The embedded vault and the bare server, each in a process of its own, with the same requests for both.</summary>
internal sealed class VaultBesideBare : IAsyncDisposable
{
    private const string Host = "kv-contoso-prod.vault.localhost:8443";
    private static readonly EmbeddedKeyVaultOptions Defaults = new();

    private readonly DirectoryInfo _folder;
    private readonly ServerProcess _vault;
    private readonly KeyClient _keys;
    private readonly string _headers;

    private VaultBesideBare(DirectoryInfo folder, ServerProcess vault, ServerProcess bare, KeyClient keys, string headers) =>
        (_folder, _vault, Bare, _keys, _headers) = (folder, vault, bare, keys, headers);

    public ServerProcess Bare { get; }

    public static async Task<VaultBesideBare> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("dpsportal-vault-");
        var vault = await ServerProcess.StartAsync(ServerChild.Vault, folder.FullName);
        var bare = await ServerProcess.StartAsync(ServerChild.Bare, folder.FullName);
        var transport = LocalVaultTransport.Create(Task.FromResult(new LocalVaultEndpoint(vault.Port, vault.Authority)));
        var credential = new LocalAdministratorCredential(
            HttpPipelineBuilder.Build(new TokenOptions { Transport = transport }),
            new Uri($"https://localhost:8443/{Defaults.TenantId}/oauth2/v2.0/token"),
            Defaults.AdministratorClientId.ToString(),
            Path.Combine(folder.FullName, "administrator-credential", "secret"));
        var token = await credential.GetTokenAsync(new TokenRequestContext(["https://vault.localhost/.default"]), default);
        var headers =
            $"Host: {Host}\r\nAuthorization: Bearer {token.Token}\r\nAccept: application/json\r\nx-ms-client-request-id: " +
            "5d1d6c0e-7c0e-4f0e-9a3e-2f1f6c1f0a11\r\nx-ms-return-client-request-id: true\r\nUser-Agent: azsdk-net-Security.KeyVault.Keys/4.8.0 (.NET " +
            "10.0.0; Debian GNU/Linux 12)";
        return new VaultBesideBare(
            folder, vault, bare, new KeyClient(new Uri($"https://{Host}"), credential, new KeyClientOptions { Transport = transport }), headers);
    }

    /// <summary>Unwraps a 32-byte key with RSA-OAEP-256, at the vault and at the bare server.</summary>
    public async Task<(Load Ours, Load Limit)> UnwrapAsync(int bits, int connections)
    {
        var key = (await CreateAsync(bits)).Key;
        using var ours = key.ToRSA();
        using var bare = RSA.Create();
        bare.ImportSubjectPublicKeyInfo(Convert.FromBase64String(await Bare.AskAsync($"public {bits}")), out _);
        return (
            await UnwrapAsync(_vault, connections, $"{new Uri(key.Id).AbsolutePath}/unwrapKey?api-version=7.6", ours),
            await UnwrapAsync(Bare, connections, $"/keys/{bits}/unwrapkey?api-version=7.6", bare));
    }

    /// <summary>GET of a key, and of the same bytes.</summary>
    public async Task<(Load Ours, Load Limit)> GetKeyAsync(int connections)
    {
        var path = new Uri((await CreateAsync(2048)).Key.Id).AbsolutePath;
        using var once = await Load.ConnectAsync(_vault, 1, Head("GET", $"{path}?api-version=7.6"), "", path);
        var bytes = await once.AnswerAsync();
        using var store = await Load.ConnectAsync(Bare, 1, Head("PUT", "/bytes"), bytes, "200");
        await store.AnswerAsync();
        return (
            await Load.ConnectAsync(_vault, connections, Head("GET", $"{path}?api-version=7.6"), "", bytes),
            await Load.ConnectAsync(Bare, connections, Head("GET", "/bytes"), "", bytes));
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        await Bare.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<Load> UnwrapAsync(ServerProcess server, int connections, string path, RSA key)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var wrapped = key.Encrypt(secret, RSAEncryptionPadding.OaepSHA256);
        return Load.ConnectAsync(
            server, connections, Head("POST", path), $$"""{"alg":"RSA-OAEP-256","value":"{{Base64Url.EncodeToString(wrapped)}}"}""",
            Base64Url.EncodeToString(secret));
    }

    private string Head(string method, string path) => $"{method} {path} HTTP/1.1\r\n{_headers}";

    private async Task<KeyVaultKey> CreateAsync(int bits) =>
        await _keys.CreateRsaKeyAsync(new CreateRsaKeyOptions(string.Create(CultureInfo.InvariantCulture, $"kek-{bits}")) { KeySize = bits });

    private sealed class TokenOptions : ClientOptions;
}
