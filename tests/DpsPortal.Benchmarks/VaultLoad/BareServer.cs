using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using DpsPortal.KeyVault.Certificates;
using DpsPortal.KeyVault.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Benchmarks.VaultLoad;

/// <summary>
/// What the vault is measured beside: Kestrel, TLS under the same kind of certificate, JSON in and out, RSA in memory; no token,
/// no role, no log, no store.
/// </summary>
internal sealed partial class BareServer : IAsyncDisposable
{
    private static readonly int[] Sizes = [2048, 3072, 4096];

    private readonly WebApplication _app;
    private readonly Dictionary<string, RSA> _keys;

    private BareServer(WebApplication app, Dictionary<string, RSA> keys, byte[] authority) => (_app, _keys, Authority) = (app, keys, authority);

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public byte[] Authority { get; }

    public static async Task<BareServer> StartAsync(string folder)
    {
        var (authority, leaf) = LocalCertificateAuthority.Open(
            new VaultFolders(Path.Combine(folder, "bare")).CertificateAuthority, TimeProvider.System.GetUtcNow());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(leaf)));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        var keys = Sizes.ToDictionary(bits => bits.ToString(CultureInfo.InvariantCulture), RSA.Create);
        app.MapPost("/keys/{bits}/unwrapkey", http => UnwrapAsync(http, keys[(string)http.Request.RouteValues["bits"]!]));
        var stored = Array.Empty<byte>();
        app.MapPut("/bytes", async http =>
        {
            using var bytes = new MemoryStream();
            await http.Request.Body.CopyToAsync(bytes);
            stored = bytes.ToArray();
        });
        app.MapGet("/bytes", http => WriteAsync(http, stored));
        await app.StartAsync();
        return new BareServer(app, keys, authority.RawData);
    }

    public RSA Key(string bits) => _keys[bits];

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }

    private static async Task UnwrapAsync(HttpContext http, RSA key)
    {
        var body = (await JsonSerializer.DeserializeAsync(http.Request.Body, BareJson.Default.Body))!;
        var value = key.Decrypt(Base64Url.DecodeFromChars(body.Value), RSAEncryptionPadding.OaepSHA256);
        await WriteAsync(
            http, JsonSerializer.SerializeToUtf8Bytes(new Result("https://localhost/keys/bare", Base64Url.EncodeToString(value)), BareJson.Default.Result));
    }

    private static async Task WriteAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body);
    }

    private sealed record Body(string Alg, string Value);

    private sealed record Result(string Kid, string Value);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Body))]
    [JsonSerializable(typeof(Result))]
    private sealed partial class BareJson : JsonSerializerContext;
}
