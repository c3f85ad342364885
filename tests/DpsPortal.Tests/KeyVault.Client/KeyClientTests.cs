using System.Diagnostics;
using Azure;
using Azure.Security.KeyVault.Keys;
using static DpsPortal.Tests.KeyVault.Client.RecordingVault;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>The requests of a <see cref="KeyClient"/> and how it reads the answers.</summary>
public sealed class KeyClientTests
{
    [Fact]
    public async Task Create_sends_what_is_set_and_reads_the_bundle()
    {
        var vault = new RecordingVault(request => Answer(200, Wire.KeyBundle(new Uri(request.Address).GetLeftPart(UriPartial.Authority))));
        var options = new CreateRsaKeyOptions("kek") { KeySize = 3072, ExpiresOn = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), Enabled = true };
        options.KeyOperations.Add(KeyOperation.WrapKey);
        options.Tags["team"] = "contoso";

        KeyVaultKey key = await vault.CreateClient().CreateRsaKeyAsync(options);

        var request = Assert.Single(vault.Authorized);
        Assert.Equal(("POST", "/keys/kek/create?api-version=7.6"), (request.Method, request.PathAndQuery));
        Assert.Equal(
            """{"kty":"RSA","key_size":3072,"attributes":{"enabled":true,"exp":1900000000},"key_ops":["wrapKey"],"tags":{"team":"contoso"}}""", request.Body);
        Assert.Equal(("kek", Wire.Version, KeyType.Rsa), (key.Name, key.Properties.Version, key.KeyType));
        Assert.Equal(vault.Address, key.Properties.VaultUri);
        Assert.Equal("contoso", key.Properties.Tags["team"]);
        Assert.Contains(KeyOperation.UnwrapKey, key.KeyOperations);
        Assert.Equal(Wire.Rsa.ExportParameters(false).Modulus, key.Key.N);
    }

    [Theory]
    [InlineData(null, "/keys/kek/?api-version=7.6")]
    [InlineData(Wire.Version, "/keys/kek/" + Wire.Version + "?api-version=7.6")]
    public async Task Get_reads_every_attribute(string? version, string path)
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle(attributes:
            "'enabled':false,'nbf':1700000000,'exp':1900000000,'created':1600000000,'updated':1650000000,"
            + "'recoveryLevel':'Recoverable+Purgeable','recoverableDays':90,'exportable':false,'hsmPlatform':'0'")));

        var properties = (await vault.CreateClient().GetKeyAsync("kek", version)).Value.Properties;

        Assert.Equal(path, Assert.Single(vault.Authorized).PathAndQuery);
        Assert.Equal((false, false, 90), (properties.Enabled, properties.Exportable, properties.RecoverableDays));
        Assert.Equal(("Recoverable+Purgeable", "0"), (properties.RecoveryLevel, properties.HsmPlatform));
        Assert.Equal(
            new long?[] { 1_700_000_000, 1_900_000_000, 1_600_000_000, 1_650_000_000 },
            new[] { properties.NotBefore, properties.ExpiresOn, properties.CreatedOn, properties.UpdatedOn }.Select(time => time?.ToUnixTimeSeconds()));
    }

    [Fact]
    public async Task Update_sends_only_what_is_set()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()));
        var properties = new KeyProperties(new Uri(vault.Address, $"/keys/kek/{Wire.Version}")) { Enabled = false };

        await vault.CreateClient().UpdateKeyPropertiesAsync(properties);

        var request = Assert.Single(vault.Authorized);
        Assert.Equal(("PATCH", $"/keys/kek/{Wire.Version}?api-version=7.6"), (request.Method, request.PathAndQuery));
        Assert.Equal("""{"attributes":{"enabled":false}}""", request.Body);
    }

    [Fact]
    public async Task Rotate_has_no_body()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()));

        await vault.CreateClient().RotateKeyAsync("kek");

        var request = Assert.Single(vault.Authorized);
        Assert.Equal(("POST", "/keys/kek/rotate?api-version=7.6"), (request.Method, request.PathAndQuery));
        Assert.True(string.IsNullOrEmpty(request.Body), request.Body);
        Assert.Equal(0, request.ContentLength ?? 0);
    }

    [Fact]
    public async Task Rotation_policy_keeps_durations_as_they_are()
    {
        var vault = new RecordingVault(Json("""
            {"id":"https://v.vault.localhost/keys/kek/rotationpolicy",
             "lifetimeActions":[{"trigger":{"timeAfterCreate":"P30M"},"action":{"type":"rotate"}}],
             "attributes":{"expiryTime":"P3Y","created":1600000000,"updated":1650000000}}
            """));
        var policy = new KeyRotationPolicy { ExpiresIn = "P3Y" };
        policy.LifetimeActions.Add(new KeyRotationLifetimeAction(KeyRotationPolicyAction.Rotate) { TimeAfterCreate = "P30M" });

        KeyRotationPolicy stored = await vault.CreateClient().UpdateKeyRotationPolicyAsync("kek", policy);

        var request = Assert.Single(vault.Authorized);
        Assert.Equal(("PUT", "/keys/kek/rotationpolicy?api-version=7.6"), (request.Method, request.PathAndQuery));
        Assert.Equal(
            """{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30M"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P3Y"}}""", request.Body);
        var action = Assert.Single(stored.LifetimeActions);
        Assert.Equal((KeyRotationPolicyAction.Rotate, "P30M", "P3Y"), (action.Action, action.TimeAfterCreate, stored.ExpiresIn));
        Assert.Equal(1_650_000_000, stored.UpdatedOn?.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Policy_that_was_never_set_has_no_id()
    {
        var vault = new RecordingVault(Json("""{"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],"attributes":null}"""));

        KeyRotationPolicy policy = await vault.CreateClient().GetKeyRotationPolicyAsync("kek");

        Assert.Null(policy.Id);
        Assert.Null(policy.ExpiresIn);
        Assert.Equal("P30D", Assert.Single(policy.LifetimeActions).TimeBeforeExpiry);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Refusal_tells_status_code_message_and_inner_code(bool async)
    {
        var vault = new RecordingVault(Json(Wire.Refusal("Forbidden", "Operation unwrapKey is not allowed on a disabled key.", "KeyDisabled"), 403));
        var client = vault.CreateClient();

        var refused = async
            ? await Assert.ThrowsAsync<RequestFailedException>(() => client.GetKeyAsync("kek"))
            : Assert.Throws<RequestFailedException>(() => client.GetKey("kek"));

        Assert.Equal((403, "Forbidden"), (refused.Status, refused.ErrorCode));
        Assert.StartsWith("Operation unwrapKey is not allowed on a disabled key.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("KeyDisabled", refused.Message, StringComparison.Ordinal);
        Assert.Equal(403, refused.GetRawResponse()!.Status);
    }

    [Fact]
    public async Task Throttled_request_is_repeated_not_before_the_vault_allows()
    {
        var vault = new RecordingVault(
            _ => Answer(429, Wire.Refusal("Throttled", "Too many requests.", "VaultRequestTypeLimitReached"), ("retry-after-ms", "150")),
            Json(Wire.KeyBundle()));
        var client = vault.CreateClient();
        var watch = Stopwatch.StartNew();

        await client.GetKeyAsync("kek");

        Assert.Equal(2, vault.Authorized.Count());
        Assert.True(watch.ElapsedMilliseconds >= 140, $"Repeated after {watch.ElapsedMilliseconds} ms.");
    }

    [Fact]
    public async Task Empty_name_is_refused_before_anything_is_sent()
    {
        var vault = new RecordingVault();
        var client = vault.CreateClient();

        await Assert.ThrowsAsync<ArgumentException>(() => client.GetKeyAsync(""));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.RotateKeyAsync(null));
        await Assert.ThrowsAsync<ArgumentException>(() => client.CreateKeyAsync("kek", default));

        Assert.Empty(vault.Requests);
    }

    [Fact]
    public async Task Calls_are_traced_with_the_name_of_the_key()
    {
        var spans = new List<Activity>();
        var name = $"k{Guid.NewGuid():N}";
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Azure.Security.KeyVault.Keys.KeyClient",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.GetTagItem("az.keyvault.key.name") is string key && key == name)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var vault = new RecordingVault(Json(Wire.Refusal("KeyNotFound", "No.", ""), 404));

        await Assert.ThrowsAsync<RequestFailedException>(() => vault.CreateClient().GetKeyAsync(name));

        var span = Assert.Single(spans);
        Assert.Equal(("KeyClient.GetKey", ActivityStatusCode.Error), (span.OperationName, span.Status));
    }
}
