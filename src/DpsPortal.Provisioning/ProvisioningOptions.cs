using DpsPortal.Provisioning.Hosting;

namespace DpsPortal.Provisioning;

/// <summary>Settings of the simulated DPS, section <c>Provisioning</c>. Checked at start; every fault is reported at once.</summary>
public sealed class ProvisioningOptions
{
    public const string Section = "Provisioning";

    internal const int MostRecordsPerDek = 4096;
    internal const long MostEncryptionsPerDek = 1L << 31;

    /// <summary>Folder of the database. The platform key lives in the sibling folder of the same name with <c>-keys</c>.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Port of the protocols, HTTPS on loopback; 0 takes any free one. Setting <c>Provisioning:Url</c>.</summary>
    public int Port { get; set; } = 8444;

    /// <summary>How long a device is asked to wait before it looks up what its registration came to; whole seconds.</summary>
    public TimeSpan DeviceRetryAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Hosts beyond this machine on which webhooks of custom allocation may be called.</summary>
    public IList<string> AllowedWebhookHosts { get; set; } = [];

    /// <summary>Whether requests beyond DPS's documented rates are refused with 429. Off for load tests; how much may be stored stays limited.</summary>
    public bool Throttling { get; set; } = true;

    /// <summary>Demonstration traffic to begin with; none unless set.</summary>
    public Contract.TrafficSettings? Traffic { get; set; }

    /// <summary>How often each instance's access to its key is verified by an unwrap.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long cached keys serve after the last verified unwrap while the vault cannot be asked. Longer than <see cref="PollInterval"/>.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many records one data-encryption key takes, 1 to 4,096.</summary>
    public int RecordsPerDek { get; set; } = MostRecordsPerDek;

    /// <summary>
    /// How many encryptions one data-encryption key takes, 1 to 2^31: half of what NIST SP 800-38D, 8.3, allows with random nonces.
    /// </summary>
    public long EncryptionsPerDek { get; set; } = MostEncryptionsPerDek;

    /// <summary>Domains below which a vault may be; anything else is refused before it is called.</summary>
    public IList<string> AllowedVaultSuffixes { get; set; } = ["vault.localhost", "vault.azure.net"];

    /// <summary>The documented limits of DPS. Tests alone lower them.</summary>
    internal Http.ServiceLimits Limits { get; set; } = new();

    /// <summary>Everything that keeps DPS from starting with these settings: the key that people set, and what it must be.</summary>
    public IReadOnlyList<(string Key, string Rule)> Faults() => OptionsRules.Broken(this);
}
