using System.Net;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Every route of the data plane, whichever there are, × every reason why a caller is not let in.</summary>
[StartsHosts]
public sealed class IllegalAccessTests : IAsyncLifetime
{
    private const string Key = "subject";
    private readonly RunningVault _vault = new() { SystemClock = new FakeTimeProvider(DateTimeOffset.UtcNow) };

    public async ValueTask InitializeAsync()
    {
        await _vault.StartAsync();
        await _vault.CreateKeyAsync(Key, new { kty = "EC" });
    }

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task No_operation_answers_a_caller_without_a_token()
    {
        await CheckAsync(string.Empty, (HttpStatusCode.Unauthorized, "Unauthorized", null));
    }

    [Fact]
    public async Task No_operation_answers_a_caller_without_a_role_or_with_one_that_opens_no_key()
    {
        var (clientId, principal) = await _vault.CreateIdentityAsync("id-nobody");
        var token = await _vault.IdentityTokenAsync(clientId);
        await CheckAsync(token, (HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac"));

        foreach (var role in new[] { "f25e0fa2-a7c8-4377-a976-54943a77a395", "a68e7c17-0ab2-4c09-9a58-125dae29748c" })
        {
            await _vault.GrantAsync(principal, role, _vault.SubscriptionPath);
        }

        await CheckAsync(token, (HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac"));
    }

    [Fact]
    public async Task No_operation_passes_a_closed_firewall()
    {
        await PatchVaultAsync("""{"properties":{"networkAcls":{"defaultAction":"Deny"}}}""");
        await CheckAsync(null, (HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByFirewall"));
        await PatchVaultAsync("""{"properties":{"publicNetworkAccess":"Disabled"}}""");
        await CheckAsync(null, (HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByConnection"));
    }

    [Fact]
    public async Task No_operation_reaches_a_deleted_vault()
    {
        await _vault.SendAsync(HttpMethod.Delete, _vault.VaultResourceId("kv-contoso-prod"));
        await CheckAsync(null, (HttpStatusCode.NotFound, "VaultNotFound", null));
    }

    [Fact]
    public async Task No_operation_passes_an_exhausted_limit_and_all_do_again_when_its_window_has_passed()
    {
        await _vault.SendAsync(
            HttpMethod.Patch, $"{_vault.SubscriptionPath}/providers/DpsPortal.KeyVault/settings/default", """{"properties":{"throttling":true}}""");
        Exhaust();

        await CheckAsync(null, (HttpStatusCode.TooManyRequests, "Throttled", null), answer =>
        {
            Assert.Equal(TimeSpan.FromSeconds(10), answer.Headers.RetryAfter?.Delta);
            Assert.Equal("Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached", answer.Message);
        });
        ((FakeTimeProvider)_vault.SystemClock).Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, (await _vault.GetAsync("/keys")).Status);
    }

    /// <summary>As if others had used it up: everything that one vault has for software keys.</summary>
    private void Exhaust()
    {
        var throttle = _vault.Vault.Services.GetRequiredService<Throttle>();
        var known = _vault.Vault.Services.GetRequiredService<DpsPortal.KeyVault.Management.VaultRegistry>().Find("kv-contoso-prod")!;
        foreach (var bucket in Enum.GetValues<ThrottleBucket>())
        {
            Assert.Null(throttle.Take(known.Name, bucket, ThrottleLimits.Capacity(bucket)));
        }
    }

    private Task<VaultResponse> PatchVaultAsync(string body) => _vault.SendAsync(HttpMethod.Patch, _vault.VaultResourceId("kv-contoso-prod"), body);

    private async Task CheckAsync(string? token, (HttpStatusCode, string, string?) expected, Action<VaultResponse>? more = null)
    {
        var asked = 0;
        foreach (var (method, path) in Operations())
        {
            // A body that is good for making a key, so that only what is asked about here can stand in the way.
            var body = method is "GET" or "DELETE" || path.EndsWith("/rotate", StringComparison.Ordinal)
                ? null
                : """{"kty":"RSA","key":{"kty":"RSA"},"count":16}""";
            var answer = await _vault.SendAsync(new HttpMethod(method), path, body, token);
            Assert.True((answer.Status, answer.Code, answer.InnerCode) == expected, $"{method} {path}: {answer.Status} {answer.Text}");
            more?.Invoke(answer);
            asked++;
        }

        Assert.True(asked >= 15, $"{asked} operations");
        Assert.Empty(_vault.Logs);
    }

    /// <summary>What the vault routes, under every name but the catch-all.</summary>
    private List<(string Method, string Path)> Operations() =>
    [
        .. from route in _vault.Vault.Routes
           let pattern = route.RoutePattern
           where pattern.PathSegments.Count > 0 && pattern.PathSegments[0].Parts[0] is RoutePatternLiteralPart { Content: "keys" or "deletedkeys" or "rng" }
           from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
           select (method, "/" + string.Join('/', pattern.PathSegments.Select(segment => Value(segment.Parts[0])))),
    ];

    private static string Value(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternParameterPart { Name: "name" } => Key,
        _ => "0123456789abcdef0123456789abcdef",
    };
}
