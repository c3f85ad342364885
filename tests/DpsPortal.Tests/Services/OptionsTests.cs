using DpsPortal.Services;

namespace DpsPortal.Tests.Services;

/// <summary>
/// Each wrong setting of the service layer is named by the key that people set, or by its property where the host sets it, and all of
/// them at once.
/// </summary>
public sealed class OptionsTests
{
    private static readonly Dictionary<string, Action<PortalServicesOptions>> Wrong = new(StringComparer.Ordinal)
    {
        ["Portal:DataDirectory"] = options => options.DataDirectory = "relative",
        ["KeyVault:Vaults"] = options => options.Vaults.Add(""),
        ["KeyVault:Embedded:Url"] = options => options.ManagementEndpoint = new Uri("http://localhost"),
        ["PortalServicesOptions.ManagementScope"] = options => options.ManagementScope = "nonsense",
        ["KeyVault:SubscriptionId"] = options => options.SubscriptionId = "mine",
        ["KeyVault:ResourceGroup"] = options => options.ResourceGroup = "ends.",
        ["KeyVault:Location"] = options => options.Location = "West Europe",
        ["PortalServicesOptions.RetryDelay"] = options => options.RetryDelay = TimeSpan.FromMinutes(1),
        ["PortalServicesOptions.ConfirmationAttempts"] = options => options.ConfirmationAttempts = 0,
        ["PortalServicesOptions.RoleAttempts"] = options => options.RoleAttempts = 0,
    };

    public static TheoryData<string> Keys => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_wrong_setting_is_named_by_its_key(string key)
    {
        var options = Right();
        Wrong[key](options);

        var fault = Assert.Single(Assert.Throws<PortalStartRefusedException>(() => OptionsRules.Require(options)).Faults);

        Assert.StartsWith(key + " ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_setting_is_named_at_once_and_there_is_no_rule_without_a_case_here()
    {
        var options = Right();
        foreach (var spoil in Wrong.Values)
        {
            spoil(options);
        }

        var refused = Assert.Throws<PortalStartRefusedException>(() => OptionsRules.Require(options));

        Assert.Equal(Wrong.Keys, refused.Faults.Select(fault => fault.Split(' ')[0]));
    }

    [Fact]
    public void No_vault_at_all_is_a_fault() =>
        Assert.Contains(
            new PortalServicesOptions { DataDirectory = Path.GetTempPath() }.Faults(),
            fault => fault is ("KeyVault:Vaults", _));

    private static PortalServicesOptions Right() => new()
    {
        DataDirectory = Path.GetTempPath(),
        Vaults = ["kv-contoso-prod"],
        ManagementEndpoint = new Uri("https://localhost:8443"),
        SubscriptionId = "c3d94e10-58b7-4f26-9e1a-7b60d2af8453",
        ResourceGroup = "rg-contoso",
        Location = "westeurope",
    };
}
