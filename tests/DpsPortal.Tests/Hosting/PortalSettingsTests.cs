using DpsPortal.Hosting;
using DpsPortal.Services;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Tests.Hosting;

public sealed class PortalSettingsTests
{
    [Fact]
    public void Development_runs_on_the_embedded_vault_with_nothing_set()
    {
        var settings = Read("Development");

        Assert.True(settings.EmbeddedVault);
        Assert.Equal(new Uri("http://localhost:5080"), settings.Url);
        Assert.Equal(8443, settings.EmbeddedVaultUrl.Port);
        Assert.EndsWith("DpsPortal", settings.DataDirectory, StringComparison.Ordinal);
    }

    [Fact]
    public void Production_without_settings_is_refused_with_every_key_to_set_at_once()
    {
        var refused = Assert.Throws<PortalStartRefusedException>(() => Read("Production"));

        foreach (var key in (string[])[
            "AzureAd:Instance", "AzureAd:TenantId", "AzureAd:ClientId", "KeyVault:Vaults", "KeyVault:SubscriptionId", "KeyVault:ResourceGroup",
        ])
        {
            Assert.Contains(refused.Faults, fault => fault.StartsWith(key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Production_starts_with_a_directory_and_a_vault()
    {
        var settings = Read(
            "Production",
            ("AzureAd:Instance", "https://login.microsoftonline.com/"),
            ("AzureAd:TenantId", "6a1f7c52-93d0-4be8-a7c4-2f0e8d5b9136"),
            ("AzureAd:ClientId", "0f4d2b8e-6c17-4a93-8d5e-b1a7390c62f4"),
            ("KeyVault:Vaults:0", "https://contoso.vault.azure.net/"),
            ("KeyVault:SubscriptionId", "c3d94e10-58b7-4f26-9e1a-7b60d2af8453"),
            ("KeyVault:ResourceGroup", "rg-contoso"));

        Assert.False(settings.EmbeddedVault);
        Assert.False(settings.Development);
        Assert.Equal(["https://contoso.vault.azure.net/"], settings.Vaults);
    }

    [Fact]
    public void The_vault_alone_needs_no_sign_in_and_still_loopback_and_TLS()
    {
        Assert.True(ReadForVault("Production").EmbeddedVault);

        var refused = Assert.Throws<PortalStartRefusedException>(() => ReadForVault("Production", ("KeyVault:Embedded:Url", "http://vault.example.com:8443")));

        Assert.Equal(2, refused.Faults.Count);
        Assert.All(refused.Faults, fault => Assert.StartsWith("KeyVault:Embedded:Url", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void Azures_names_and_the_rates_of_DPS_are_one_setting_each()
    {
        var plain = Read("Development");
        Assert.Empty(plain.Systems.Vault.ServedNames);
        Assert.True(plain.Systems.Provisioning.Throttling);

        var changed = Read("Development", ("Provisioning:AzureNames", "true"), ("Provisioning:Throttling", "false"));

        Assert.Equal(["*.azure-devices-provisioning.net"], changed.Systems.Vault.ServedNames);
        Assert.False(changed.Systems.Provisioning.Throttling);
    }

    [Fact]
    public void How_often_DPS_looks_and_how_long_its_keys_serve_are_settings_and_a_fault_names_the_key_that_people_set()
    {
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)), Times());
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)), Times(("Provisioning:PollInterval", "00:01:00"), ("Provisioning:Lease", "00:02:00")));

        var refused = Assert.Throws<PortalStartRefusedException>(() => Read("Development", ("Provisioning:Lease", "00:05:00")));
        Assert.Contains("Provisioning:Lease (00:05:00) must be longer than Provisioning:PollInterval (00:05:00)", refused.Message, StringComparison.Ordinal);

        static (TimeSpan, TimeSpan) Times(params (string, string)[] settings) =>
            Read("Development", settings).Systems.Provisioning is var options ? (options.PollInterval, options.Lease) : default;
    }

    [Fact]
    public void Sample_data_is_never_made_outside_Development()
    {
        var settings = Read(
            "Staging",
            ("Portal:SampleData", "true"),
            ("AzureAd:Instance", "https://login.microsoftonline.com/"),
            ("AzureAd:TenantId", "t"),
            ("AzureAd:ClientId", "c"),
            ("KeyVault:Embedded:Enabled", "true"));

        Assert.False(settings.SampleData);
        Assert.False(settings.DemoTraffic);
    }

    [Theory]
    [InlineData("true", null, true)]
    [InlineData("true", "false", false)]
    [InlineData("false", "true", false)]
    public void Demo_traffic_comes_with_the_sample_unless_it_is_switched_off(string sample, string? traffic, bool expected)
    {
        var settings = Read("Development", ("Portal:SampleData", sample), ("Provisioning:Traffic:Enabled", traffic ?? ""));

        Assert.Equal(expected, settings.DemoTraffic);
    }

    [Theory]
    [InlineData("Portal:Url", "https://portal.example.com", "loopback")]
    [InlineData("Portal:Url", "not an address", "Portal:Url")]
    [InlineData("Portal:SampleData", "perhaps", "true or false")]
    [InlineData("Provisioning:PollInterval", "soon", "hours, minutes and seconds")]
    [InlineData("Provisioning:Lease", "long", "hours, minutes and seconds")]
    [InlineData("KeyVault:Embedded:Url", "https://vault.example.com:8443", "loopback")]
    [InlineData("KeyVault:Embedded:Url", "http://localhost:8443", "https://")]
    [InlineData("Provisioning:Url", "https://dps.example.com:8444", "loopback")]
    [InlineData("Provisioning:Url", "http://localhost:8444", "https://")]
    [InlineData("Provisioning:Traffic:Enabled", "perhaps", "true or false")]
    [InlineData("Provisioning:Throttling", "perhaps", "true or false")]
    [InlineData("Provisioning:PollInterval", "five minutes", "00:05:00")]
    [InlineData("Provisioning:Lease", "00:05:00", "Provisioning:PollInterval")]
    [InlineData("Provisioning:DataDirectory", "relative", "full path")]
    [InlineData("KeyVault:Embedded:RolePropagationDelay", "soon", "00:05:00")]
    [InlineData("KeyVault:Embedded:AuditRetentionDays", "many", "a whole number")]
    [InlineData("KeyVault:Embedded:TenantId", "mine", "a GUID")]
    [InlineData("KeyVault:Embedded:DataDirectory", "relative", "full path")]
    [InlineData("KeyVault:Embedded:SubscriptionId", "mine", "a GUID")]
    [InlineData("KeyVault:SubscriptionId", "mine", "a GUID")]
    [InlineData("KeyVault:ResourceGroup", "ends.", "ResourceGroup")]
    [InlineData("KeyVault:Location", "West Europe", "Location")]
    [InlineData("KeyVault:Vaults:0", " ", "Vaults")]
    public void A_wrong_setting_is_refused_with_its_key_and_what_to_do(string key, string value, string says)
    {
        var refused = Assert.Throws<PortalStartRefusedException>(() => Read("Development", (key, value)));

        var fault = Assert.Single(refused.Faults);
        Assert.StartsWith(key.TrimEnd('0', ':') + " ", fault, StringComparison.Ordinal);
        Assert.Contains(says, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_wrong_settings_of_all_systems_are_named_at_once()
    {
        string[] keys =
        [
            "KeyVault:Embedded:AuditRetentionDays", "KeyVault:Embedded:Throttling", "KeyVault:Embedded:TenantId", "KeyVault:SubscriptionId",
            "Portal:SampleData", "Portal:Url", "Provisioning:PollInterval", "Provisioning:RecordsPerDek", "Provisioning:Url",
        ];

        var refused = Assert.Throws<PortalStartRefusedException>(() => Read("Development", [.. keys.Select(key => (key, "nonsense"))]));

        Assert.Equal(keys.Order(StringComparer.Ordinal), refused.Faults.Select(fault => fault.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_section_names_is_set()
    {
        var systems = Read(
            "Development",
            ("Portal:DataDirectory", "/data"),
            ("Provisioning:PollInterval", "00:01:00"),
            ("Provisioning:Lease", "00:03:00"),
            ("Provisioning:AllowedWebhookHosts:0", "hooks.example.com"),
            ("KeyVault:Embedded:RolePropagationDelay", "00:00:30"),
            ("KeyVault:Embedded:ExtraNames:0", "host.docker.internal")).Systems;

        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)), (systems.Provisioning.PollInterval, systems.Provisioning.Lease));
        Assert.Equal(["hooks.example.com"], systems.Provisioning.AllowedWebhookHosts);
        Assert.Equal(TimeSpan.FromSeconds(30), systems.Vault.RolePropagationDelay);
        Assert.Equal(["host.docker.internal"], systems.Vault.ExtraNames);
        Assert.Equal(
            [Path.GetFullPath("/data/vault"), Path.GetFullPath("/data/dps"), Path.GetFullPath("/data/portal")],
            new[] { systems.Vault.DataDirectory, systems.Provisioning.DataDirectory, systems.Services.DataDirectory });
    }

    [Fact]
    public void Sign_in_keys_that_others_may_read_are_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists instead of modes.");
        using var data = new TemporaryFolder();
        var settings = Read("Development", ("Portal:DataDirectory", data.Path));
        var folder = KeyRing.Open(settings);
        Assert.True(folder.Exists);
#pragma warning disable CA1416 // Windows was skipped.
        File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
#pragma warning restore CA1416

        Assert.Contains($"'{folder.FullName}'", Assert.Throws<PortalStartRefusedException>(() => KeyRing.Open(settings)).Message, StringComparison.Ordinal);
    }

    private static PortalSettings Read(string environment, params (string Key, string Value)[] values) =>
        PortalSettings.Read(Configuration(values), new FakeEnvironment { EnvironmentName = environment });

    private static PortalSettings ReadForVault(string environment, params (string Key, string Value)[] values) =>
        PortalSettings.Read(Configuration(values), new FakeEnvironment { EnvironmentName = environment }, vaultAlone: true);

    private static IConfiguration Configuration((string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();

    private sealed class FakeEnvironment : IHostEnvironment
    {
        public required string EnvironmentName { get; set; }

        public string ApplicationName { get; set; } = "DpsPortal";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
