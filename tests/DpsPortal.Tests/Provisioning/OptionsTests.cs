using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>Each wrong setting of DPS is named by the key that people set, and all of them at once.</summary>
[StartsHosts]
public sealed class OptionsTests
{
    private static readonly Dictionary<string, Action<ProvisioningOptions>> Wrong = new(StringComparer.Ordinal)
    {
        ["DataDirectory"] = options => options.DataDirectory = "relative",
        ["Url"] = options => options.Port = 65536,
        ["DeviceRetryAfter"] = options => options.DeviceRetryAfter = TimeSpan.FromSeconds(-1),
        ["Traffic:Speed"] = options => options.Traffic = new TrafficSettings("contoso", Speed: 0),
        ["PollInterval"] = options => options.PollInterval = TimeSpan.Zero,
        ["Lease"] = options => options.Lease = options.PollInterval,
        ["RecordsPerDek"] = options => options.RecordsPerDek = 4097,
        ["EncryptionsPerDek"] = options => options.EncryptionsPerDek = 0,
        ["AllowedVaultSuffixes"] = options => options.AllowedVaultSuffixes = ["https://x"],
    };

    public static TheoryData<string> Keys => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_wrong_setting_is_named_by_its_key(string key)
    {
        var options = Right();
        Wrong[key](options);

        var fault = Assert.Single((await RefusedAsync(options)).Faults);

        Assert.StartsWith($"Provisioning:{key} ", fault, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.DataDirectory));
    }

    [Fact]
    public async Task Every_wrong_setting_is_named_at_once_and_there_is_no_rule_without_a_case_here()
    {
        var options = Right();
        foreach (var spoil in Wrong.Values)
        {
            spoil(options);
        }

        Assert.Equal(Wrong.Keys, (await RefusedAsync(options)).Faults.Select(fault => fault.Split(' ')[0]["Provisioning:".Length..]));
    }

    private static Task<ProvisioningStartRefusedException> RefusedAsync(ProvisioningOptions options) =>
        Assert.ThrowsAsync<ProvisioningStartRefusedException>(() => ProvisioningHost.StartAsync(options, new FakeVault().Access, TimeProvider.System));

    private static ProvisioningOptions Right() => new() { DataDirectory = Path.Combine(Path.GetTempPath(), "never-made", "dps"), Port = 0 };
}
