using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.KeyVault;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.KeyVault;

/// <summary>
/// An embedded vault on a free port in a folder of its own, and an HttpClient that reaches it under every
/// <c>*.vault.localhost</c> name. Can be a class fixture, or be started and restarted by a test.
/// </summary>
public sealed partial class RunningVault : IAsyncDisposable
{
    public const string VaultResource = "https://vault.localhost";
    public const string ManagementResource = "https://management.vault.localhost";
    public const string CryptoServiceEncryptionUser = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("dps-vault-").FullName;
    private readonly Dictionary<string, string> _tokens = [];
    private EmbeddedKeyVault? _vault;

    // Premium, so that the default vault takes keys of every type.
    public RunningVault() => Options = new EmbeddedKeyVaultOptions { DataDirectory = Path.Combine(_root, "vault"), Port = 0, DefaultVaultSku = "premium" };

    public EmbeddedKeyVaultOptions Options { get; }

    /// <summary>The vault's domain clock. Tokens and certificates follow the system clock.</summary>
    public FakeTimeProvider Clock { get; } = new(Start);

    /// <summary>The vault's system clock, when a test wants to move it; set before the start.</summary>
    public TimeProvider SystemClock { get; set; } = TimeProvider.System;

    /// <summary>Everything at level Warning and above that the vault logged.</summary>
    public ConcurrentQueue<string> Logs { get; } = [];

    /// <summary>Where set before the start: everything that the vault logs, at every level.</summary>
    public ConcurrentQueue<string>? Trace { get; set; }

    /// <summary>Where set before the start: every answer as it came, headers and body.</summary>
    public ConcurrentQueue<string>? Transcript { get; set; }

    /// <summary>Every event that the vault has published, over all its starts.</summary>
    public RecordedEvents Events { get; } = new();

    public EmbeddedKeyVault Vault => _vault ?? throw new InvalidOperationException("The vault is not running.");

    public HttpClient Http { get; private set; } = null!;

    /// <summary>The folder that has all of the vault's folders in it.</summary>
    public string Root => _root;

    public string DatabasePath => Path.Combine(Options.DataDirectory, "vault.db");

    /// <summary>A connection of the test's own to the vault's database, running or not.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>Changes the database behind the vault's back.</summary>
    public void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public string SubscriptionPath => $"/subscriptions/{Options.SubscriptionId}";

    public string GroupPath => $"{SubscriptionPath}/resourceGroups/{Options.ResourceGroup}";

    public Task StartAsync() => StartAsync(Clock);

    public async Task StartAsync(TimeProvider domainClock)
    {
        _vault = await EmbeddedKeyVault.StartAsync(Options, domainClock, SystemClock, Log, Events.Add, CancellationToken.None);
        Http = new HttpClient(Transcript is null ? CreateHandler() : new TranscribingHandler(Transcript, CreateHandler()));
    }

    private void Log(ILoggingBuilder logging)
    {
        logging.AddProvider(new RecordingLogs(Logs, LogLevel.Warning));
        if (Trace is not null)
        {
            logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new RecordingLogs(Trace, LogLevel.Trace));
        }
    }

    public async Task StopAsync()
    {
        Http?.Dispose();
        _tokens.Clear();
        if (_vault is not null)
        {
            await _vault.DisposeAsync();
            _vault = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Connects every name to the listener, and trusts the vault's authority alone.</summary>
    public SocketsHttpHandler CreateHandler()
    {
        var port = Vault.Port;
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(Vault.CertificateAuthority);
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

    public static string VaultAddress(string name) => $"https://{name}.vault.localhost:8443";

    public async Task<string> AdministratorTokenAsync(string resource = VaultResource)
    {
        if (!_tokens.TryGetValue(resource, out var token))
        {
            using var answer = await Http.PostAsync($"https://localhost:8443/{Options.TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(
            [
                new("grant_type", "client_credentials"),
                new("client_id", Options.AdministratorClientId.ToString()),
                new("client_secret", await File.ReadAllTextAsync(Path.Combine(_root, "administrator-credential", "secret"))),
                new("scope", resource + "/.default"),
            ]));
            Assert.True(answer.IsSuccessStatusCode, string.Join('\n', Logs));
            token = _tokens[resource] = (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!;
        }

        return token;
    }

    public async Task<string> IdentityTokenAsync(string clientId, string resource = VaultResource)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get,
            $"https://localhost:8443/msi/token?api-version=2019-08-01&resource={Uri.EscapeDataString(resource)}&client_id={clientId}");
        request.Headers.Add("X-IDENTITY-HEADER", await File.ReadAllTextAsync(Path.Combine(_root, "identity-endpoint", "header")));
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!;
    }

    /// <summary>Sends to a path of the default vault (or to an absolute address) with a bearer token; by default the administrator's.</summary>
    public async Task<VaultResponse> SendAsync(HttpMethod method, string address, object? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, Absolute(address));
        var resource = request.RequestUri!.AbsolutePath.StartsWith("/subscriptions", StringComparison.Ordinal) ? ManagementResource : VaultResource;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? await AdministratorTokenAsync(resource));
        if (body is not null)
        {
            var json = body as string ?? JsonSerializer.Serialize(body);
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return await SendAsync(request);
    }

    public async Task<VaultResponse> SendAsync(HttpRequestMessage request)
    {
        using var answer = await Http.SendAsync(request);
        return new VaultResponse(answer.StatusCode, answer.Headers, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync());
    }

    public Task<VaultResponse> GetAsync(string address, string? token = null) => SendAsync(HttpMethod.Get, address, null, token);

    public Task<VaultResponse> PostAsync(string address, object? body, string? token = null) => SendAsync(HttpMethod.Post, address, body, token);

    public Task<VaultResponse> PatchAsync(string address, object body) => SendAsync(HttpMethod.Patch, address, body);

    /// <summary>Creates an RSA-2048 key and returns its bundle.</summary>
    public async Task<VaultResponse> CreateKeyAsync(string name, object? body = null, string? vaultName = null)
    {
        var answer = await PostAsync($"{VaultAddress(vaultName ?? Options.DefaultVault)}/keys/{name}/create", body ?? new { kty = "RSA" });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer;
    }

    public async Task<VaultResponse> CreateVaultAsync(string name, bool purgeProtection = true, int retentionDays = 90, string sku = "standard")
    {
        var properties = new
        {
            tenantId = Options.TenantId,
            sku = new { family = "A", name = sku },
            enableRbacAuthorization = true,
            enableSoftDelete = true,
            softDeleteRetentionInDays = retentionDays,
            enablePurgeProtection = purgeProtection ? true : (bool?)null,
        };
        var answer = await SendAsync(HttpMethod.Put, VaultResourceId(name), new { location = "westeurope", properties });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer;
    }

    /// <summary>Makes a managed identity and returns its client id and principal id.</summary>
    public async Task<(string ClientId, string PrincipalId)> CreateIdentityAsync(string name)
    {
        var answer = await SendAsync(
            HttpMethod.Put, $"{GroupPath}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}", new { location = "westeurope" });
        Assert.True((int)answer.Status is 200 or 201, answer.Text);
        return ((string)answer.Json["properties"]!["clientId"]!, (string)answer.Json["properties"]!["principalId"]!);
    }

    /// <summary>Assigns a built-in role and returns the assignment's resource id.</summary>
    public async Task<string> GrantAsync(string principalId, string roleDefinitionId, string scope)
    {
        var properties =
            new { roleDefinitionId = $"{SubscriptionPath}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}", principalId,
                principalType = "ServicePrincipal" };
        var answer = await SendAsync(HttpMethod.Put, $"{scope}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", new { properties });
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return (string)answer.Json["id"]!;
    }

    public string VaultResourceId(string name) => $"{GroupPath}/providers/Microsoft.KeyVault/vaults/{name}";

    private string Absolute(string address)
    {
        var host = address switch
        {
            _ when address.StartsWith("https:", StringComparison.Ordinal) => "",
            _ when address.StartsWith("/subscriptions", StringComparison.Ordinal) => "https://localhost:8443",
            _ => VaultAddress(Options.DefaultVault),
        };
        return host + (address.Contains("api-version", StringComparison.Ordinal) ? address : WithVersion(address));
    }

    private static string WithVersion(string address) => address + (address.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "api-version=7.6";
}

/// <summary>An answer read to its end.</summary>
public sealed record VaultResponse(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Code => (string?)Json["error"]?["code"];

    public string? InnerCode => (string?)Json["error"]?["innererror"]?["code"];

    public string? Message => (string?)Json["error"]?["message"];

    /// <summary>The key id of a bundle.</summary>
    public string KeyId => (string)Json["key"]!["kid"]!;

    public string KeyVersion => KeyId[(KeyId.LastIndexOf('/') + 1)..];
}

internal sealed class RecordingLogs(ConcurrentQueue<string> lines, LogLevel level) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= level;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            lines.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}

internal sealed class TranscribingHandler(ConcurrentQueue<string> transcript, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        transcript.Enqueue($"{request.Method} {request.RequestUri}\n{answer}\n{await answer.Content.ReadAsStringAsync(cancellationToken)}");
        return answer;
    }
}
