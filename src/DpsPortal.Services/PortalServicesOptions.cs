namespace DpsPortal.Services;

/// <summary>Settings of the service layer, which the host takes from several sections. Checked when it is added; every fault is reported at once.</summary>
public sealed class PortalServicesOptions
{
    /// <summary>Folder of the portal's own database, as a full path, usually <c>{data}/portal</c>.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Names or addresses of the vaults that may be used. A vault that is not named here is never called.</summary>
    public IList<string> Vaults { get; init; } = [];

    /// <summary>Where vaults, identities and role assignments are managed; HTTPS.</summary>
    public Uri? ManagementEndpoint { get; set; }

    /// <summary>What a token for the management endpoint is asked for.</summary>
    public string ManagementScope { get; set; } = "https://management.vault.localhost/.default";

    public string SubscriptionId { get; set; } = "";

    /// <summary>Resource group of the vaults and of the identities made here.</summary>
    public string ResourceGroup { get; set; } = "";

    /// <summary>Azure region of the identities made here.</summary>
    public string Location { get; set; } = "";

    /// <summary>Pause before a step is tried again; doubled each time up to <see cref="LongestRetryDelay"/>.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an effect that has not shown yet (a role on its way, a denial to be noticed) is looked for before it is given up.</summary>
    public int ConfirmationAttempts { get; set; } = 8;

    /// <summary>
    /// How often a creation or a re-key tries an access whose role may be on its way: with the pauses above some ten minutes, as long as
    /// Azure says that a role assignment can take. Such an operation holds its instance and no key, so that nobody waits for it.
    /// </summary>
    public int RoleAttempts { get; set; } = 24;

    /// <summary>Everything that keeps the portal from starting with these settings: the key that people set, and what it must be.</summary>
    public IReadOnlyList<(string Key, string Rule)> Faults() => OptionsRules.Broken(this);
}
