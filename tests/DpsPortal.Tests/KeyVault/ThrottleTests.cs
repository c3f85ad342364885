using System.Net;
using DpsPortal.KeyVault;
using DpsPortal.KeyVault.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Azure's service limits: learn.microsoft.com/azure/key-vault/general/service-limits.</summary>
[StartsHosts]
public sealed class ThrottleTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("RSA", 2048, 4000, 20)]
    [InlineData("RSA", 3072, 1000, 20)]
    [InlineData("RSA", 4096, 500, 20)]
    [InlineData("EC", 256, 4000, 20)]
    [InlineData("EC", 521, 4000, 20)]
    [InlineData("RSA-HSM", 2048, 2000, 10)]
    [InlineData("RSA-HSM", 3072, 500, 10)]
    [InlineData("RSA-HSM", 4096, 250, 10)]
    [InlineData("EC-HSM", 384, 2000, 10)]
    public void A_vault_answers_exactly_the_published_number_of_operations(string keyType, int size, int uses, int creations)
    {
        var (throttle, _) = Make();
        Assert.Equal(uses, Count(throttle, "kv", ThrottleLimits.Bucket(keyType, creates: false), ThrottleLimits.CostOfUse(keyType, size)));
        Assert.Equal(creations, Count(throttle, "kv", ThrottleLimits.Bucket(keyType, creates: true), 1));
    }

    [Fact]
    public void Heavy_keys_use_up_what_light_ones_have()
    {
        var (throttle, _) = Make();
        var heavy = ThrottleLimits.CostOfUse("RSA-HSM", 4096);
        Assert.Equal(8, heavy);
        for (var index = 0; index < 125; index++)
        {
            Assert.Null(throttle.Take("kv", ThrottleBucket.HsmOther, heavy));
        }

        Assert.Equal(1000, Count(throttle, "kv", ThrottleBucket.HsmOther, 1));
    }

    [Fact]
    public void A_subscription_has_five_times_what_a_vault_has()
    {
        var (throttle, _) = Make();
        var answered = Enumerable.Range(0, 7).Select(index => Count(throttle, $"kv-{index}", ThrottleBucket.SoftwareCreate, 1));
        Assert.Equal([20, 20, 20, 20, 20, 0, 0], answered);
    }

    [Fact]
    public void A_window_ends_after_ten_seconds_and_what_was_refused_does_not_count()
    {
        var (throttle, clock) = Make();
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(20, Count(throttle, "kv", ThrottleBucket.SoftwareCreate, 1));
        clock.Advance(TimeSpan.FromSeconds(9.5));
        Assert.Equal(TimeSpan.FromSeconds(0.5), throttle.Take("kv", ThrottleBucket.SoftwareCreate, 1));
        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(20, Count(throttle, "kv", ThrottleBucket.SoftwareCreate, 1));
    }

    [Fact]
    public async Task Keys_are_counted_by_what_the_request_makes_or_uses()
    {
        await using var vault = new RunningVault { SystemClock = new FakeTimeProvider(DateTimeOffset.UtcNow), Options = { Throttling = true } };
        await vault.StartAsync();
        var throttle = vault.Vault.Services.GetRequiredService<Throttle>();
        await vault.CreateKeyAsync("counted", new { kty = "EC" });
        await vault.CreateKeyAsync("counted-hsm", new { kty = "EC-HSM" });
        await vault.PostAsync("/keys/counted/rotate", null);
        await vault.GetAsync("/keys/counted");
        await vault.GetAsync("/keys/counted-hsm");
        await vault.GetAsync("/keys");
        await vault.GetAsync("/keys/none");

        var left = Enum.GetValues<ThrottleBucket>().ToDictionary(bucket => bucket, bucket => Count(throttle, "kv-contoso-prod", bucket, 1));
        var refused = await vault.PostAsync("/keys/counted/create", new { kty = "EC" });

        Assert.Equal((4000 - 3, 20 - 2, 2000 - 1, 10 - 1),
            (left[ThrottleBucket.SoftwareOther], left[ThrottleBucket.SoftwareCreate], left[ThrottleBucket.HsmOther], left[ThrottleBucket.HsmCreate]));
        Assert.Equal((HttpStatusCode.TooManyRequests, "Throttled"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Nothing_is_counted_unless_it_is_switched_on()
    {
        await using var vault = new RunningVault { SystemClock = new FakeTimeProvider(DateTimeOffset.UtcNow) };
        await vault.StartAsync();
        var settings = await vault.GetAsync($"{vault.SubscriptionPath}/providers/DpsPortal.KeyVault/settings/default");
        await vault.GetAsync("/keys");
        Assert.False((bool)settings.Json["properties"]!["throttling"]!);
        Assert.Equal(4000, Count(vault.Vault.Services.GetRequiredService<Throttle>(), "kv-contoso-prod", ThrottleBucket.SoftwareOther, 1));
    }

    private static int Count(Throttle throttle, string vault, ThrottleBucket bucket, int cost)
    {
        var answered = 0;
        while (throttle.Take(vault, bucket, cost) is null)
        {
            answered++;
        }

        return answered;
    }

    private static (Throttle Throttle, FakeTimeProvider Clock) Make()
    {
        var clock = new FakeTimeProvider(Start);
        return (new Throttle(null!, new EmbeddedKeyVaultOptions { Throttling = true }, clock), clock);
    }
}
