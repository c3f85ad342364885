using DpsPortal.KeyVault;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;

namespace DpsPortal.Hosting;

/// <summary>The options of the three systems, as they come from the settings.</summary>
internal sealed record SystemOptions(EmbeddedKeyVaultOptions Vault, ProvisioningOptions Provisioning, PortalServicesOptions Services)
{
    private const string ManagementResource = "https://management.vault.localhost";

    /// <summary>Where a value comes from that is not set for its system alone.</summary>
    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        [$"{EmbeddedKeyVaultOptions.SectionName}:DataDirectory"] = "Portal:DataDirectory",
        [$"{EmbeddedKeyVaultOptions.SectionName}:SubscriptionId"] = "KeyVault:SubscriptionId",
        [$"{EmbeddedKeyVaultOptions.SectionName}:ResourceGroup"] = "KeyVault:ResourceGroup",
        [$"{EmbeddedKeyVaultOptions.SectionName}:Location"] = "KeyVault:Location",
        [$"{ProvisioningOptions.Section}:DataDirectory"] = "Portal:DataDirectory",
    };

    /// <summary>Every fault of the systems that are to run is added to the reader's.</summary>
    public static SystemOptions Read(PortalSettings settings, SettingsReader reader, bool vaultAlone)
    {
        var options = new SystemOptions(ReadVault(settings, reader), ReadProvisioning(settings, reader), ServicesOf(settings));
        foreach (var (key, rule) in options.Faults(settings, vaultAlone))
        {
            reader.Add(Sources.TryGetValue(key, out var source) && string.IsNullOrEmpty(reader[key]) ? source : key, rule);
        }

        return options;
    }

    private IEnumerable<(string Key, string Rule)> Faults(PortalSettings settings, bool vaultAlone) =>
    [
        .. settings.EmbeddedVault ? Vault.Faults() : [],
        .. vaultAlone ? [] : Provisioning.Faults(),
        .. vaultAlone ? [] : Services.Faults(),
    ];

    private static EmbeddedKeyVaultOptions ReadVault(PortalSettings settings, SettingsReader reader)
    {
        var options = new EmbeddedKeyVaultOptions
        {
            DataDirectory = Path.Combine(settings.DataDirectory, "vault"),
            Port = settings.EmbeddedVaultUrl.Port,
            SubscriptionId = settings.SubscriptionId,
            ResourceGroup = settings.ResourceGroup,
            Location = settings.Location,
        };
        if (settings.AzureNames)
        {
            options.ServedNames.Add($"*.{DpsHostNames.AzureDomain}");
        }

        reader.Bind(EmbeddedKeyVaultOptions.SectionName, options, "Url", "Port", "Enabled");
        return options;
    }

    private static ProvisioningOptions ReadProvisioning(PortalSettings settings, SettingsReader reader)
    {
        var options = new ProvisioningOptions { DataDirectory = Path.Combine(settings.DataDirectory, "dps"), Port = settings.ProvisioningUrl.Port };
        reader.Bind(ProvisioningOptions.Section, options, "Url", "Port", "Traffic", "AzureNames");
        return options;
    }

    private static PortalServicesOptions ServicesOf(PortalSettings settings) => new()
    {
        DataDirectory = Path.Combine(settings.DataDirectory, "portal"),
        Vaults = [.. settings.Vaults],
        ManagementEndpoint = settings.EmbeddedVault ? settings.EmbeddedVaultUrl : new Uri("https://management.azure.com"),
        ManagementScope = (settings.EmbeddedVault ? ManagementResource : "https://management.azure.com") + "/.default",
        SubscriptionId = settings.SubscriptionId,
        ResourceGroup = settings.ResourceGroup,
        Location = settings.Location,
    };
}
