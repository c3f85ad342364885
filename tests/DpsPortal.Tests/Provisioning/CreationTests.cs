using System.Net;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>An instance is created when everything was proven, and otherwise not at all.</summary>
[StartsHosts]
public sealed class CreationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeVault _vault = new();

    public static TheoryData<string, CreationCheckName, string> Faults { get; } = new()
    {
        { "name", CreationCheckName.InstanceName, ProvisioningRefusals.InstanceNameInvalid },
        { "digits", CreationCheckName.InstanceName, ProvisioningRefusals.InstanceNameInvalid },
        { "taken", CreationCheckName.InstanceName, ProvisioningRefusals.InstanceNameTaken },
        { "location", CreationCheckName.InstanceName, ProvisioningRefusals.LocationMissing },
        { "no key", CreationCheckName.KeyIdentifier, ProvisioningRefusals.KeyIdentifierInvalid },
        { "no identity", CreationCheckName.KeyIdentifier, ProvisioningRefusals.IdentityMissing },
        { "foreign vault", CreationCheckName.KeyIdentifier, ProvisioningRefusals.VaultNotAllowed },
        { "look-alike vault", CreationCheckName.KeyIdentifier, ProvisioningRefusals.VaultNotAllowed },
        { "outage", CreationCheckName.VaultAnswers, ProvisioningRefusals.VaultUnreachable },
        { "unknown key", CreationCheckName.KeyExists, ProvisioningRefusals.KeyNotFound },
        { "unknown version", CreationCheckName.KeyExists, ProvisioningRefusals.KeyVersionNotFound },
        { "no role", CreationCheckName.KeyExists, ProvisioningRefusals.AccessDenied },
        { "elliptic curve", CreationCheckName.KeyTypeAndSize, ProvisioningRefusals.KeyTypeUnsupported },
        { "small", CreationCheckName.KeyTypeAndSize, ProvisioningRefusals.KeySizeUnsupported },
        { "disabled", CreationCheckName.KeyEnabledAndValid, ProvisioningRefusals.KeyDisabled },
        { "expired", CreationCheckName.KeyEnabledAndValid, ProvisioningRefusals.KeyExpired },
        { "not yet valid", CreationCheckName.KeyEnabledAndValid, ProvisioningRefusals.KeyNotYetValid },
        { "sign only", CreationCheckName.KeyOperations, ProvisioningRefusals.KeyOperationsMissing },
        { "no unwrap", CreationCheckName.KeyOperations, ProvisioningRefusals.KeyOperationsMissing },
        { "purgeable", CreationCheckName.PurgeProtection, ProvisioningRefusals.PurgeProtectionMissing },
        { "unwrap denied", CreationCheckName.Unwrap, ProvisioningRefusals.AccessDenied },
        { "lies", CreationCheckName.Unwrap, ProvisioningRefusals.UnwrappedKeyDiffers },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_is_named_and_leaves_nothing_behind(string fault, CreationCheckName check, string code)
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("taken");
        var request = With(fault, RunningDps.Request("contoso", _vault.AddKey()), dps.DomainClock.GetUtcNow());

        var checks = (await dps.Instances.CheckCreationAsync(RunningDps.Tester, request, None)).Checks;
        var failed = Assert.Single(checks, one => one.Result == CheckResult.Failed);
        Assert.Equal((check, code), (failed.Name, failed.Refusal!.Code));
        Assert.Equal(Enum.GetValues<CreationCheckName>(), checks.Select(one => one.Name));
        Assert.All(
            checks, one => Assert.Equal(one.Name < check ? CheckResult.Passed : one.Name > check ? CheckResult.Skipped : CheckResult.Failed, one.Result));

        Assert.Equal(code, (await dps.CreateAsync(request)).Refusal().Code);
        await dps.RestartAsync();
        Assert.Equal("taken", Assert.Single(await dps.Instances.ListAsync(RunningDps.Tester, None)).Name);
    }

    [Fact]
    public async Task Checking_creates_nothing_and_creating_twice_creates_once()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        var request = RunningDps.Request("contoso", _vault.AddKey());
        Assert.True((await dps.Instances.CheckCreationAsync(RunningDps.Tester, request, None)).AllPassed);
        Assert.Empty(await dps.Instances.ListAsync(RunningDps.Tester, None));

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => dps.CreateAsync(request)));
        await dps.RestartAsync();
        var again = (await dps.CreateAsync(request)).Value();

        Assert.All(made, one => Assert.Equal(again.IdScope, one.Value().IdScope));
        Assert.Matches("^0ne[0-9A-F]{8}$", again.IdScope);
        Assert.Single(await dps.Instances.ListAsync(RunningDps.Tester, None));
    }

    [Fact]
    public async Task A_versionless_key_is_bound_to_its_current_version_and_a_pinned_one_to_its_own()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        var key = _vault.AddKey();
        var first = key.WithVersion(_vault.Keys[key.Name].Versions[0].Id);
        var second = _vault.AddVersion();

        await dps.CreatedAsync("follows", key);
        await dps.CreatedAsync("pinned", first);

        Assert.Equal((key, second), (await dps.KeyOfAsync("follows")) is var follows ? (follows.ConfiguredKey, follows.EffectiveKey) : default);
        Assert.Equal((first, first), (await dps.KeyOfAsync("pinned")) is var pinned ? (pinned.ConfiguredKey, pinned.EffectiveKey) : default);
        Assert.IsType<InstanceEncryption.MicrosoftManaged>((await dps.CreatedAsync("plain")).Encryption);
    }

    private CreateInstance With(string fault, CreateInstance request, DateTimeOffset now)
    {
        var key = _vault.Keys[request.Key!.Name];
        var version = key.Versions[0];
        switch (fault)
        {
            case "name":
                return request with { Name = "-contoso" };
            case "digits":
                return request with { Name = "12345" };
            case "taken":
                return request with { Name = "TAKEN" };
            case "location":
                return request with { Location = " " };
            case "no key":
                return request with { Key = null };
            case "no identity":
                return request with { Identity = null };
            case "foreign vault":
                return request with { Key = KeyIdentifier.Create(new Uri("https://contoso.example.com/"), "k") };
            case "look-alike vault":
                return request with { Key = KeyIdentifier.Create(new Uri("https://contoso.evilvault.localhost/"), "k") };
            case "unknown key":
                return request with { Key = KeyIdentifier.Create(FakeVault.Address, "nobody") };
            case "unknown version":
                return request with { Key = request.Key.WithVersion(new string('0', 32)) };
            case "outage":
                _vault.Intercept = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);
                break;
            case "no role":
                _vault.DeniedTokens.Add(request.Identity!.ClientId);
                break;
            case "elliptic curve":
                key.Type = "EC";
                break;
            case "small":
                key.Modulus = new byte[128];
                break;
            case "disabled":
                version.Enabled = false;
                break;
            case "expired":
                version.ExpiresOn = now;
                break;
            case "not yet valid":
                version.NotBefore = now.AddMinutes(1);
                break;
            case "sign only":
                key.Operations = ["sign", "verify"];
                break;
            case "no unwrap":
                key.Operations = ["wrapKey"];
                break;
            case "purgeable":
                key.RecoveryLevel = "Recoverable+Purgeable";
                break;
            case "unwrap denied":
                _vault.Intercept = sent => sent.RequestUri!.AbsolutePath.EndsWith("unwrapKey", StringComparison.OrdinalIgnoreCase)
                    ? FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac")
                    : null;
                break;
            default:
                version.UnwrapAs = _ => new byte[32];
                break;
        }

        return request;
    }
}
