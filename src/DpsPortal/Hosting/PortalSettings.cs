using System.Net;
using DpsPortal.Services;

namespace DpsPortal.Hosting;

/// <summary>Everything that can be set from outside, read once and validated as a whole before anything starts.</summary>
internal sealed record PortalSettings
{
    /// <summary>The embedded vaults that are managed when no others are named.</summary>
    private static readonly string[] EmbeddedVaults = ["kv-contoso-prod", "kv-contoso-pilot"];

    /// <summary><c>Portal:Url</c>: where browsers reach the portal.</summary>
    public required Uri Url { get; init; }

    /// <summary>The part of <see cref="Url"/> that is listened on.</summary>
    public string PortalAddress => Url.GetLeftPart(UriPartial.Authority);

    /// <summary><c>Portal:DataDirectory</c>: parent of the folders of vault, DPS and portal.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>Portal:SampleData</c>: fill empty stores with the Contoso sample. Development only.</summary>
    public required bool SampleData { get; init; }

    /// <summary><c>Provisioning:Traffic:Enabled</c>: begin with demonstration traffic. On with the sample alone, and only there.</summary>
    public bool DemoTraffic { get; init; }

    /// <summary><c>KeyVault:Embedded:Enabled</c>: run the embedded vault instead of reaching Azure.</summary>
    public required bool EmbeddedVault { get; init; }

    /// <summary><c>KeyVault:Embedded:Url</c>: where the embedded vault listens; port 0 picks a free one.</summary>
    public required Uri EmbeddedVaultUrl { get; init; }

    /// <summary><c>Provisioning:Url</c>: where the simulated DPS serves its protocols; port 0 picks a free one.</summary>
    public required Uri ProvisioningUrl { get; init; }

    /// <summary><c>Provisioning:AzureNames</c>: serve TLS under Azure's own host names of DPS, too, to which a hosts file leads.</summary>
    public bool AzureNames { get; init; }

    /// <summary><c>KeyVault:Vaults</c>: names or addresses of the vaults to manage. Required without the embedded vault.</summary>
    public required IReadOnlyList<string> Vaults { get; init; }

    /// <summary><c>KeyVault:SubscriptionId</c> and <c>KeyVault:ResourceGroup</c>: where vaults and identities live.</summary>
    public required string SubscriptionId { get; init; }

    public required string ResourceGroup { get; init; }

    /// <summary><c>KeyVault:Location</c>: Azure region of the managed identities made here.</summary>
    public required string Location { get; init; }

    /// <summary><c>KeyVault:AdministratorClientId</c>: the service's own identity, when it is a user-assigned one.</summary>
    public required string? AdministratorClientId { get; init; }

    public required bool Development { get; init; }

    /// <summary>Of the vault, DPS and the service layer, as these settings and their own sections say.</summary>
    public SystemOptions Systems { get; private init; } = null!;

    /// <param name="vaultAlone">Nothing but the embedded vault shall run: what the portal needs beside it may be missing.</param>
    /// <exception cref="PortalStartRefusedException">Names everything that has to change.</exception>
    public static PortalSettings Read(IConfiguration configuration, IHostEnvironment environment, bool vaultAlone = false)
    {
        var reader = new SettingsReader(configuration);
        var settings = Read(reader, environment.IsDevelopment(), vaultAlone);
        settings.CheckDataDirectory(reader);
        settings.CheckEmbeddedVault(reader);
        if (!vaultAlone)
        {
            settings.CheckEnvironment(reader);
        }

        settings = settings with { Systems = SystemOptions.Read(settings, reader, vaultAlone) };
        return reader.Faults.Count == 0 ? settings : throw new PortalStartRefusedException(reader.Faults);
    }

    private static PortalSettings Read(SettingsReader reader, bool development, bool vaultAlone)
    {
        var settings = new PortalSettings
        {
            Development = development,
            Url = reader.Url("Portal:Url", "http://localhost:5080"),
            DataDirectory = Path.GetFullPath(reader["Portal:DataDirectory"] is { Length: > 0 } directory ? directory : DefaultDataDirectory()),
            SampleData = development && reader.Flag("Portal:SampleData", fallback: false),
            EmbeddedVault = vaultAlone || reader.Flag("KeyVault:Embedded:Enabled", fallback: development),
            EmbeddedVaultUrl = reader.Url("KeyVault:Embedded:Url", "https://localhost:8443"),
            ProvisioningUrl = reader.Url("Provisioning:Url", "https://localhost:8444"),
            AzureNames = reader.Flag("Provisioning:AzureNames", fallback: false),
            Vaults = reader.List("KeyVault:Vaults"),
            Location = reader["KeyVault:Location"] ?? "westus2",
            SubscriptionId = reader["KeyVault:SubscriptionId"] ?? "00000000-0000-0000-0000-00000000c001",
            ResourceGroup = reader["KeyVault:ResourceGroup"] ?? "rg-contoso-iot",
            AdministratorClientId = reader["KeyVault:AdministratorClientId"],
        };
        settings = settings with { DemoTraffic = reader.Flag("Provisioning:Traffic:Enabled", fallback: true) && settings.SampleData };
        return settings is { EmbeddedVault: true, Vaults: [] } ? settings with { Vaults = EmbeddedVaults } : settings;
    }

    private void CheckDataDirectory(SettingsReader reader)
    {
        for (var part = DataDirectory; !string.IsNullOrEmpty(part); part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                reader.Add($"Portal:DataDirectory is '{DataDirectory}', but '{part}' is a file. Move it away, or set another folder.");
            }
        }
    }

    private void CheckEmbeddedVault(SettingsReader reader)
    {
        if (EmbeddedVault && !IsLoopback(EmbeddedVaultUrl))
        {
            reader.Add($"KeyVault:Embedded:Url is {EmbeddedVaultUrl}. The embedded vault listens on loopback only: use https://localhost:8443.");
        }

        if (EmbeddedVault && EmbeddedVaultUrl.Scheme != Uri.UriSchemeHttps)
        {
            reader.Add("KeyVault:Embedded:Url must begin with https://, because Key Vault clients send tokens over TLS only.");
        }
    }

    private void CheckEnvironment(SettingsReader reader)
    {
        if (Development && !IsLoopback(Url))
        {
            reader.Add(
                $"Portal:Url is {Url}. The development sign-in works on loopback only: use http://localhost:5080, or " +
                "set ASPNETCORE_ENVIRONMENT to Production and sign in through Entra ID.");
        }

        if (!IsLoopback(ProvisioningUrl) || ProvisioningUrl.Scheme != Uri.UriSchemeHttps)
        {
            reader.Add($"Provisioning:Url is {ProvisioningUrl}. The simulated DPS serves TLS on loopback only: use https://localhost:8444.");
        }

        if (Development)
        {
            return;
        }

        foreach (var key in (string[])["AzureAd:Instance", "AzureAd:TenantId", "AzureAd:ClientId"])
        {
            if (string.IsNullOrWhiteSpace(reader[key]))
            {
                reader.Add(
                    $"{key} is missing. Outside Development the portal signs in through Entra ID: " +
                    "register an application with the app roles KeyCustodian, DpsOperator, Approver and Auditor, and set the section AzureAd.");
            }
        }

        if (!EmbeddedVault && Vaults.Count == 0)
        {
            reader.Add(
                "KeyVault:Vaults is empty. List the addresses of the vaults to manage, " +
                "for example KeyVault:Vaults:0 = https://contoso.vault.azure.net/, or set KeyVault:Embedded:Enabled to true.");
        }

        foreach (var key in (string[])["KeyVault:SubscriptionId", "KeyVault:ResourceGroup"])
        {
            if (!EmbeddedVault && string.IsNullOrWhiteSpace(reader[key]))
            {
                reader.Add($"{key} is missing. Role assignments and managed identities are looked up there.");
            }
        }
    }

    private static string DefaultDataDirectory() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "DpsPortal");

    private static bool IsLoopback(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address));
}
