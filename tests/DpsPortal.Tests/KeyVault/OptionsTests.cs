using DpsPortal.KeyVault;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Each wrong setting of the vault is named by the key that people set, and all of them at once.</summary>
[StartsHosts]
public sealed class OptionsTests
{
    private static readonly Dictionary<string, Action<EmbeddedKeyVaultOptions>> Wrong = new(StringComparer.Ordinal)
    {
        ["DataDirectory"] = options => options.DataDirectory = "relative",
        ["Url"] = options => options.Port = 70000,
        ["DefaultVault"] = options => options.DefaultVault = "-",
        ["DefaultVaultSku"] = options => options.DefaultVaultSku = "basic",
        ["TenantId"] = options => options.TenantId = Guid.Empty,
        ["SubscriptionId"] = options => options.SubscriptionId = "mine",
        ["ResourceGroup"] = options => options.ResourceGroup = "a b",
        ["Location"] = options => options.Location = "",
        ["AdministratorClientId"] = options => options.AdministratorClientId = Guid.Empty,
        ["AdministratorObjectId"] = options => options.AdministratorObjectId = Guid.Empty,
        ["RolePropagationDelay"] = options => options.RolePropagationDelay = TimeSpan.FromSeconds(-1),
        ["ExtraNames"] = options => options.ExtraNames.Add("*"),
        ["ServedNames"] = options => options.ServedNames.Add("*"),
        ["SeedFile"] = options => options.SeedFile = "/no/such/file",
        ["AuditRetentionDays"] = options => options.AuditRetentionDays = 0,
        ["AuditRetentionEvents"] = options => options.AuditRetentionEvents = 0,
        ["SettlingTime"] = options => options.SettlingTime = TimeSpan.FromHours(2),
    };

    public static TheoryData<string> Keys => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_wrong_setting_is_named_by_its_key(string key)
    {
        var options = Right();
        Wrong[key](options);

        var fault = Assert.Single((await RefusedAsync(options)).Faults);

        Assert.StartsWith($"KeyVault:Embedded:{key} ", fault, StringComparison.Ordinal);
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

        Assert.Equal(Wrong.Keys, (await RefusedAsync(options)).Faults.Select(fault => fault.Split(' ')[0]["KeyVault:Embedded:".Length..]));
    }

    private static Task<VaultStartRefusedException> RefusedAsync(EmbeddedKeyVaultOptions options) =>
        Assert.ThrowsAsync<VaultStartRefusedException>(() => EmbeddedKeyVault.StartAsync(options, TimeProvider.System));

    private static EmbeddedKeyVaultOptions Right() => new() { DataDirectory = Path.Combine(Path.GetTempPath(), "never-made", "vault"), Port = 0 };
}
