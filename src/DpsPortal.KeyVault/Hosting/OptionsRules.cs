using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Certificates;
using DpsPortal.KeyVault.Management;

namespace DpsPortal.KeyVault.Hosting;

/// <summary>What the settings must be. Everything that is broken is said at once, each under the key that people set.</summary>
internal static class OptionsRules
{
    private static readonly TimeSpan LongestSettling = TimeSpan.FromHours(1);

    /// <exception cref="VaultStartRefusedException">Names everything that is broken.</exception>
    public static void Require(EmbeddedKeyVaultOptions options)
    {
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new VaultStartRefusedException([.. faults.Select(fault => $"{fault.Key} {fault.Rule}.")]);
        }
    }

    public static IReadOnlyList<(string Key, string Rule)> Broken(EmbeddedKeyVaultOptions options) =>
        [.. Rules(options).Where(rule => !rule.Holds).Select(rule => ($"{EmbeddedKeyVaultOptions.SectionName}:{rule.Key}", rule.Text))];

    private static IEnumerable<(bool Holds, string Key, string Text)> Rules(EmbeddedKeyVaultOptions options) =>
    [
        (HasParent(options.DataDirectory), "DataDirectory", "must be the full path of a folder that has a parent, for instance /var/lib/dpsportal/vault"),
        (options.Port is >= 0 and <= 65535, "Url", "must name a port from 1 to 65535 (0 takes any free one)"),
        (VaultName.IsValid(options.DefaultVault), "DefaultVault", VaultName.Rule),
        (
            options.DefaultVaultSku is VaultResource.StandardSku or VaultResource.PremiumSku, "DefaultVaultSku",
            $"must be {VaultResource.StandardSku} or {VaultResource.PremiumSku}"),
        (options.TenantId != Guid.Empty, "TenantId", "must be a GUID other than zero"),
        (Guid.TryParse(options.SubscriptionId, out _), "SubscriptionId", "must be a GUID"),
        (ResourceName.IsValid(options.ResourceGroup), "ResourceGroup", ResourceName.Rule),
        (ResourceName.IsValid(options.Location), "Location", ResourceName.Rule),
        (options.AdministratorClientId != Guid.Empty, "AdministratorClientId", "must be a GUID other than zero"),
        (options.AdministratorObjectId != Guid.Empty, "AdministratorObjectId", "must be a GUID other than zero"),
        (
            IsUpTo(RoleAssignments.LongestDelay, options.RolePropagationDelay), "RolePropagationDelay",
            $"must be from {TimeSpan.Zero:c} to {RoleAssignments.LongestDelay:c}"),
        (options.ExtraNames.All(CertificateNames.IsValid), "ExtraNames", CertificateNames.Rule),
        (options.ServedNames.All(CertificateNames.IsValidServed), "ServedNames", CertificateNames.ServedRule),
        (options.SeedFile is null or "" || File.Exists(options.SeedFile), "SeedFile", $"must name a file; there is none at {options.SeedFile}"),
        (options.AuditRetentionDays >= 1, "AuditRetentionDays", "must be a number of days, at least 1"),
        (options.AuditRetentionEvents >= 1, "AuditRetentionEvents", "must be a number of events, at least 1"),
        (IsUpTo(LongestSettling, options.SettlingTime), "SettlingTime", $"must be from {TimeSpan.Zero:c} to {LongestSettling:c}"),
    ];

    private static bool HasParent(string folder) =>
        Path.IsPathFullyQualified(folder) && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) is not null;

    private static bool IsUpTo(TimeSpan longest, TimeSpan duration) => duration >= TimeSpan.Zero && duration <= longest;
}
