using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DpsPortal.KeyVault;

namespace DpsPortal.Tests.Campaigns;

/// <summary>The embedded vault in a process of its own, life after life on one folder; each life is ended by SIGKILL.</summary>
/// <param name="assembly">The program that has the command <c>vault-child</c>.</param>
internal sealed class VaultProcess(string assembly, string folder) : IDisposable
{
    public const string Name = "kv-process";
    private static readonly string Host = $"https://{Name}.vault.localhost:8443";

    private readonly EmbeddedKeyVaultOptions _options = Options(folder);
    private Process? _process;
    private HttpClient? _http;

    /// <summary>What this life has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static EmbeddedKeyVaultOptions Options(string folder) => new() { DataDirectory = Path.Combine(folder, "vault"), Port = 0 };

    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [assembly, "vault-child", folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_TieredPGO"] = "0" },
        })!;
        var port = await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2))
            ?? throw new InvalidOperationException("The vault's process ended without saying its port.");
        _http = new HttpClient(Handler(int.Parse(port, CultureInfo.InvariantCulture))) { Timeout = TimeSpan.FromMinutes(1) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync("https://vault.localhost"));
    }

    public async Task MakeVaultAsync()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Put,
            $"https://localhost:8443/subscriptions/{_options.SubscriptionId}/resourceGroups/{_options.ResourceGroup}" +
            $"/providers/Microsoft.KeyVault/vaults/{Name}?api-version=2023-07-01");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync("https://management.vault.localhost"));
        request.Content = JsonContent.Create(
            new { location = "westeurope", properties = new { tenantId = _options.TenantId, sku = new { family = "A", name = "standard" } } });
        using var answer = await _http!.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <exception cref="HttpRequestException">The vault was killed before its answer was read.</exception>
    public async Task<(int Status, string Text)> SendAsync(string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), Host + path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "api-version=7.6");
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await _http!.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.Dispose();
        _http?.Dispose();
    }

    private async Task<string> TokenAsync(string resource)
    {
        using var answer = await _http!.PostAsync($"https://localhost:8443/{_options.TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"),
            new("client_id", _options.AdministratorClientId.ToString()),
            new("client_secret", await File.ReadAllTextAsync(Path.Combine(folder, "administrator-credential", "secret"))),
            new("scope", resource + "/.default"),
        ]));
        return (string)(await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!;
    }

    private SocketsHttpHandler Handler(int port)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(Path.Combine(folder, "vault-ca", "ca.pem"));
        return new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { CertificateChainPolicy = trust },
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
    }
}
