using DpsPortal.KeyVault.Hosting;
using DpsPortal.KeyVault.Management;

namespace DpsPortal.KeyVault;

/// <summary>Settings of the embedded vault, section <c>KeyVault:Embedded</c>. Validated when it starts; every fault is reported at once.</summary>
public sealed class EmbeddedKeyVaultOptions
{
    /// <summary>The section that the settings come from, and the prefix of each fault.</summary>
    public const string SectionName = "KeyVault:Embedded";

    /// <summary>
    /// Folder of the database, as a full path, usually <c>{data}/vault</c>. Master key, authority, signing key and the
    /// credentials made at first start live in folders <b>beside</b> it, so that a copy of this folder opens nothing.
    /// </summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Loopback port; 0 takes any free one (tests). Addresses handed out then still carry <see cref="PublicPort"/>.</summary>
    public int Port { get; set; } = 8443;

    /// <summary>The vault that <c>https://localhost:{port}</c> is an alias of; made at first start with purge protection.</summary>
    public string DefaultVault { get; set; } = "kv-contoso-prod";

    /// <summary>
    /// Sku of the default vault, <c>standard</c> or <c>premium</c>, when it is made at first start. Keys of an -HSM type belong into a
    /// premium one.
    /// </summary>
    public string DefaultVaultSku { get; set; } = VaultResource.StandardSku;

    /// <summary>Directory (tenant) of every token.</summary>
    public Guid TenantId { get; set; } = new("6a1f7c52-93d0-4be8-a7c4-2f0e8d5b9136");

    /// <summary>Subscription that the vaults live in.</summary>
    public string SubscriptionId { get; set; } = "c3d94e10-58b7-4f26-9e1a-7b60d2af8453";

    /// <summary>Resource group of the default vault.</summary>
    public string ResourceGroup { get; set; } = "rg-contoso-devices";

    /// <summary>Azure region that the default vault says it is in.</summary>
    public string Location { get; set; } = "westeurope";

    /// <summary>Client id of the one principal that may manage vaults, identities and role assignments.</summary>
    public Guid AdministratorClientId { get; set; } = new("0f4d2b8e-6c17-4a93-8d5e-b1a7390c62f4");

    /// <summary>Object id of the same principal: what a role assignment names.</summary>
    public Guid AdministratorObjectId { get; set; } = new("8e5b1c3a-27f9-4d60-b482-c9d6f0e71a35");

    /// <summary>How long a change of a role assignment takes to have its effect, on the system clock. In Azure: minutes.</summary>
    public TimeSpan RolePropagationDelay { get; set; }

    /// <summary>Whether requests beyond Azure's published limits are refused with 429.</summary>
    public bool Throttling { get; set; }

    /// <summary>
    /// Host names and addresses beside the loopback ones under which clients reach the default vault, for instance
    /// <c>host.docker.internal</c> from a container. The certificate has them, and the authority may vouch for them.
    /// </summary>
    public IList<string> ExtraNames { get; } = [];

    /// <summary>
    /// Host names that the certificate has for who else serves TLS with it, such as <c>*.azure-devices-provisioning.net</c>; the authority
    /// may vouch for them. The vault itself is not reached under them.
    /// </summary>
    public IList<string> ServedNames { get; } = [];

    /// <summary>JSON file with keys to import at start, or null; the README has its form.</summary>
    public string? SeedFile { get; set; }

    /// <summary>Audit events older than this are deleted.</summary>
    public int AuditRetentionDays { get; set; } = 90;

    /// <summary>Of more audit events than this the oldest are deleted; a million take about half a gigabyte.</summary>
    public int AuditRetentionEvents { get; set; } = 1_000_000;

    /// <summary>
    /// How long a deletion or a recovery takes to settle, on the domain clock. Zero settles at once; Azure takes some seconds, and
    /// clients poll. Until then the key is in neither list, and a second change of it is a conflict.
    /// </summary>
    public TimeSpan SettlingTime { get; set; }

    /// <summary>Port in the addresses that the vault writes down (vault URIs, token issuer). Stable where <see cref="Port"/> is 0.</summary>
    public int PublicPort => Port == 0 ? 8443 : Port;

    /// <summary>Everything that keeps the vault from starting with these settings: the key that people set, and what it must be.</summary>
    public IReadOnlyList<(string Key, string Rule)> Faults() => OptionsRules.Broken(this);
}
