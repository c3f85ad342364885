using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Which versions there are, and what came with which.</summary>
[StartsHosts]
public sealed class ApiVersionTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private static readonly string Keys = RunningVault.VaultAddress("kv-contoso-prod") + "/keys";

    [Theory]
    [InlineData("2016-10-01")]
    [InlineData("7.0")]
    [InlineData("7.6")]
    [InlineData("7.6-preview.1")]
    [InlineData("2025-07-01")]
    [InlineData("2026-04-01")]
    [InlineData("2025-06-01-preview")]
    public async Task A_version_of_the_service_is_accepted(string version) =>
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync($"{Keys}?api-version={version}")).Status);

    [Theory]
    [InlineData("7.7")]
    [InlineData("7.60")]
    [InlineData("7.06")]
    [InlineData("8.0")]
    [InlineData("2099-01-01")]
    [InlineData("2031-01-01-preview")]
    [InlineData("2018-05-05")]
    [InlineData("2025-13-01")]
    [InlineData("latest")]
    [InlineData("7.")]
    public async Task Another_one_is_not_recognized(string version)
    {
        var answer = await vault.GetAsync($"{Keys}?api-version={version}");
        Assert.Equal(
            (
                HttpStatusCode.BadRequest, "BadParameter",
                $"The specified version ({version}) is not recognized. Consider using the latest supported version (2025-07-01)."),
            (answer.Status, answer.Code, answer.Message));
    }

    [Fact]
    public async Task None_is_asked_for()
    {
        var answer = await vault.GetAsync($"{Keys}?api-version=");
        Jwk.AssertBadParameter(answer, "must have an api-version");
    }

    /// <summary>A client of next year must not break; one that names a day to come cannot have been released.</summary>
    [Fact]
    public async Task A_dated_version_is_one_of_the_present_or_the_past()
    {
        await using var own = new RunningVault { SystemClock = new FakeTimeProvider(new DateTimeOffset(2027, 3, 1, 0, 0, 0, TimeSpan.Zero)) };
        await own.StartAsync();
        var token = await own.AdministratorTokenAsync();
        Assert.Equal(HttpStatusCode.OK, (await own.GetAsync($"{Keys}?api-version=2027-03-01", token)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await own.GetAsync($"{Keys}?api-version=2027-03-02", token)).Status);
    }

    [Theory]
    [InlineData("POST", "/keys/versioned/rotate", "rotate", "7.2")]
    [InlineData("POST", "/keys/versioned/rotate", "rotate", "2016-10-01")]
    [InlineData("GET", "/keys/versioned/rotationpolicy", "rotationpolicy", "7.2")]
    [InlineData("PUT", "/keys/versioned/rotationpolicy", "rotationpolicy", "7.0")]
    [InlineData("POST", "/rng", "rng", "7.1")]
    [InlineData("POST", "/keys/versioned/release", "release", "7.2")]
    [InlineData("GET", "/keys/versioned/attestation", "attestation", "7.5")]
    public async Task What_came_later_is_an_unknown_operation(string method, string path, string operation, string version)
    {
        if ((await vault.GetAsync("/keys/versioned")).Status == HttpStatusCode.NotFound)
        {
            await vault.CreateKeyAsync("versioned", new { kty = "EC" });
        }

        var answer = await vault.SendAsync(new HttpMethod(method), $"{path}?api-version={version}", method == "GET" || operation == "rotate" ? null : "{}");

        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter"), (answer.Status, answer.Code));
        Assert.Equal($"Method {method} does not allow operation '{operation}'.", answer.Message);
    }

    [Fact]
    public async Task They_are_served_from_their_version_on()
    {
        await vault.CreateKeyAsync("since", new { kty = "EC" });
        Assert.Equal(HttpStatusCode.OK, (await vault.PostAsync("/keys/since/rotate?api-version=7.3", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys/since/rotationpolicy?api-version=7.3")).Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.PostAsync("/rng?api-version=7.3", new { count = 8 })).Status);
    }
}
