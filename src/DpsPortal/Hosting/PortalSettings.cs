using System.Globalization;
using System.Net;
using DpsPortal.KeyVault;
using DpsPortal.Provisioning;

namespace DpsPortal.Hosting;

/// <summary>Everything that can be set from outside, read once and validated as a whole before anything starts.</summary>
internal sealed record PortalSettings
{
    private static readonly ProvisioningOptions DpsDefaults = new();

    /// <summary>The embedded vaults that are managed when no others are named.</summary>
    private static readonly string[] EmbeddedVaults = ["kv-contoso-prod", "kv-contoso-pilot"];

    /// <summary><c>Portal:Url</c>: where browsers reach the portal.</summary>
    public required Uri Url { get; init; }

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

    /// <summary><c>KeyVault:Embedded:RolePropagationDelay</c>: how long a change of a role takes in the embedded vault. In Azure: minutes.</summary>
    public TimeSpan RolePropagationDelay { get; init; }

    /// <summary><c>KeyVault:Embedded:Throttling</c>: hold the embedded vault to Azure's service limits.</summary>
    public bool Throttling { get; init; }

    /// <summary><c>KeyVault:Embedded</c>: whatever else is set for the embedded vault.</summary>
    public IConfigurationSection? EmbeddedVaultSection { get; init; }

    /// <summary><c>Provisioning:Url</c>: where the simulated DPS serves its protocols; port 0 picks a free one.</summary>
    public required Uri ProvisioningUrl { get; init; }

    /// <summary><c>Provisioning:AllowedWebhookHosts</c>: hosts beyond this machine on which webhooks of custom allocation may be called.</summary>
    public IReadOnlyList<string> AllowedWebhookHosts { get; init; } = [];

    /// <summary><c>Provisioning:Throttling</c>: hold the simulated DPS to Azure's documented rates. Off for load tests.</summary>
    public bool ProvisioningThrottling { get; init; } = true;

    /// <summary><c>Provisioning:PollInterval</c>: how often DPS verifies an instance's access to its key by itself.</summary>
    public TimeSpan PollInterval { get; init; } = DpsDefaults.PollInterval;

    /// <summary><c>Provisioning:Lease</c>: how long keys in memory serve while the vault cannot be asked; longer than the poll interval.</summary>
    public TimeSpan Lease { get; init; } = DpsDefaults.Lease;

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

    /// <param name="vaultAlone">Nothing but the embedded vault shall run: what the portal needs beside it may be missing.</param>
    public static PortalSettings Read(IConfiguration configuration, IHostEnvironment environment, bool vaultAlone = false)
    {
        var faults = new List<string>();
        var development = environment.IsDevelopment();
        var settings = new PortalSettings
        {
            Development = development,
            Url = ReadUrl(configuration, "Portal:Url", "http://localhost:5080", faults),
            DataDirectory = Path.GetFullPath(configuration["Portal:DataDirectory"] is { Length: > 0 } directory ? directory : DefaultDataDirectory()),
            SampleData = development && ReadFlag(configuration, "Portal:SampleData", fallback: false, faults),
            EmbeddedVault = vaultAlone || ReadFlag(configuration, "KeyVault:Embedded:Enabled", fallback: development, faults),
            EmbeddedVaultUrl = ReadUrl(configuration, "KeyVault:Embedded:Url", "https://localhost:8443", faults),
            RolePropagationDelay = ReadDuration(configuration, "KeyVault:Embedded:RolePropagationDelay", TimeSpan.Zero, faults),
            Throttling = ReadFlag(configuration, "KeyVault:Embedded:Throttling", fallback: false, faults),
            EmbeddedVaultSection = configuration.GetSection(EmbeddedKeyVaultOptions.SectionName),
            ProvisioningUrl = ReadUrl(configuration, "Provisioning:Url", "https://localhost:8444", faults),
            AllowedWebhookHosts = configuration.GetSection("Provisioning:AllowedWebhookHosts").Get<string[]>() ?? [],
            ProvisioningThrottling = ReadFlag(configuration, "Provisioning:Throttling", fallback: true, faults),
            PollInterval = ReadDuration(configuration, "Provisioning:PollInterval", DpsDefaults.PollInterval, faults),
            Lease = ReadDuration(configuration, "Provisioning:Lease", DpsDefaults.Lease, faults),
            AzureNames = ReadFlag(configuration, "Provisioning:AzureNames", fallback: false, faults),
            Vaults = configuration.GetSection("KeyVault:Vaults").Get<string[]>() ?? [],
            Location = configuration["KeyVault:Location"] ?? "westus2",
            SubscriptionId = configuration["KeyVault:SubscriptionId"] ?? "00000000-0000-0000-0000-00000000c001",
            ResourceGroup = configuration["KeyVault:ResourceGroup"] ?? "rg-contoso-iot",
            AdministratorClientId = configuration["KeyVault:AdministratorClientId"],
        };

        settings = settings with { DemoTraffic = ReadFlag(configuration, "Provisioning:Traffic:Enabled", fallback: true, faults) && settings.SampleData };
        settings.CheckDataDirectory(faults);
        settings.CheckEmbeddedVault(faults);
        if (!vaultAlone)
        {
            settings.CheckEnvironment(configuration, faults);
        }

        if (faults.Count > 0)
        {
            throw new StartRefusedException(faults);
        }

        return settings is { EmbeddedVault: true, Vaults: [] } ? settings with { Vaults = EmbeddedVaults } : settings;
    }

    private void CheckDataDirectory(List<string> faults)
    {
        for (var part = DataDirectory; !string.IsNullOrEmpty(part); part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                faults.Add($"Portal:DataDirectory is '{DataDirectory}', but '{part}' is a file. Move it away, or set another folder.");
            }
        }
    }

    private void CheckEmbeddedVault(List<string> faults)
    {
        if (EmbeddedVault && !IsLoopback(EmbeddedVaultUrl))
        {
            faults.Add($"KeyVault:Embedded:Url is {EmbeddedVaultUrl}. The embedded vault listens on loopback only: use https://localhost:8443.");
        }

        if (EmbeddedVault && EmbeddedVaultUrl.Scheme != Uri.UriSchemeHttps)
        {
            faults.Add("KeyVault:Embedded:Url must begin with https://, because Key Vault clients send tokens over TLS only.");
        }
    }

    private void CheckEnvironment(IConfiguration configuration, List<string> faults)
    {
        if (Development && !IsLoopback(Url))
        {
            faults.Add($"Portal:Url is {Url}. The development sign-in works on loopback only: use http://localhost:5080, or set ASPNETCORE_ENVIRONMENT to Production and sign in through Entra ID.");
        }

        if (!IsLoopback(ProvisioningUrl) || ProvisioningUrl.Scheme != Uri.UriSchemeHttps)
        {
            faults.Add($"Provisioning:Url is {ProvisioningUrl}. The simulated DPS serves TLS on loopback only: use https://localhost:8444.");
        }

        if (Development)
        {
            return;
        }

        foreach (var key in (string[])["AzureAd:Instance", "AzureAd:TenantId", "AzureAd:ClientId"])
        {
            if (string.IsNullOrWhiteSpace(configuration[key]))
            {
                faults.Add($"{key} is missing. Outside Development the portal signs in through Entra ID: register an application with the app roles KeyCustodian, DpsOperator, Approver and Auditor, and set the section AzureAd.");
            }
        }

        if (!EmbeddedVault && Vaults.Count == 0)
        {
            faults.Add("KeyVault:Vaults is empty. List the addresses of the vaults to manage, for example KeyVault:Vaults:0 = https://contoso.vault.azure.net/, or set KeyVault:Embedded:Enabled to true.");
        }

        foreach (var key in (string[])["KeyVault:SubscriptionId", "KeyVault:ResourceGroup"])
        {
            if (!EmbeddedVault && string.IsNullOrWhiteSpace(configuration[key]))
            {
                faults.Add($"{key} is missing. Role assignments and managed identities are looked up there.");
            }
        }
    }

    private static string DefaultDataDirectory() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "DpsPortal");

    private static bool IsLoopback(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address));

    private static Uri ReadUrl(IConfiguration configuration, string key, string fallback, List<string> faults)
    {
        var text = configuration[key] ?? fallback;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        faults.Add($"{key} is '{text}', which is not an http or https address. Example: {fallback}");
        return new Uri(fallback);
    }

    private static TimeSpan ReadDuration(IConfiguration configuration, string key, TimeSpan fallback, List<string> faults)
    {
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return fallback;
        }

        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration))
        {
            return duration;
        }

        faults.Add($"{key} is '{text}'; it takes hours, minutes and seconds. Example: 00:05:00");
        return fallback;
    }

    private static bool ReadFlag(IConfiguration configuration, string key, bool fallback, List<string> faults)
    {
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return fallback;
        }

        if (!bool.TryParse(text, out var flag))
        {
            faults.Add($"{key} is '{text}'; it takes true or false.");
        }

        return flag;
    }
}

/// <summary>The portal will not start as it is configured. Its message says everything that has to change.</summary>
internal sealed class StartRefusedException(IReadOnlyList<string> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
