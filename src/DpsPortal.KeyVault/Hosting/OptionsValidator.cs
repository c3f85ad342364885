using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Management;
using Microsoft.Extensions.Options;

namespace DpsPortal.KeyVault.Hosting;

/// <summary>Reports every fault of the settings at once, each under its configuration key.</summary>
internal static class OptionsValidator
{
    private static readonly TimeSpan LongestSettling = TimeSpan.FromHours(1);

    public static void ThrowIfInvalid(EmbeddedKeyVaultOptions options)
    {
        var faults = Faults(options).ToList();
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(EmbeddedKeyVaultOptions.SectionName, typeof(EmbeddedKeyVaultOptions), faults);
        }
    }

    private static IEnumerable<string> Faults(EmbeddedKeyVaultOptions options)
    {
        if (!Path.IsPathFullyQualified(options.DataDirectory) || Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(options.DataDirectory)) is null)
        {
            yield return Fault("DataDirectory", "must be the full path of a folder that has a parent, for instance /var/lib/dpsportal/vault");
        }
        if (options.Port is < 0 or > 65535)
        {
            yield return Fault("Url", "must name a port from 1 to 65535 (0 takes any free one)");
        }
        if (!VaultName.IsValid(options.DefaultVault))
        {
            yield return Fault("DefaultVault", VaultName.Rule);
        }
        if (options.TenantId == Guid.Empty)
        {
            yield return Fault("TenantId", "must be a GUID other than zero");
        }
        if (!Guid.TryParse(options.SubscriptionId, out _))
        {
            yield return Fault("SubscriptionId", "must be a GUID");
        }
        if (!ResourceName.IsValid(options.ResourceGroup))
        {
            yield return Fault("ResourceGroup", ResourceName.Rule);
        }
        if (!ResourceName.IsValid(options.Location))
        {
            yield return Fault("Location", ResourceName.Rule);
        }
        if (options.AdministratorClientId == Guid.Empty)
        {
            yield return Fault("AdministratorClientId", "must be a GUID other than zero");
        }
        if (options.AdministratorObjectId == Guid.Empty)
        {
            yield return Fault("AdministratorObjectId", "must be a GUID other than zero");
        }
        if (options.RolePropagationDelay < TimeSpan.Zero || options.RolePropagationDelay > RoleAssignments.LongestDelay)
        {
            yield return Fault("RolePropagationDelay", $"must be from {TimeSpan.Zero:c} to {RoleAssignments.LongestDelay:c}");
        }
        if (options.SettlingTime < TimeSpan.Zero || options.SettlingTime > LongestSettling)
        {
            yield return Fault("SettlingTime", "must be from 00:00:00 to 01:00:00");
        }
    }

    private static string Fault(string key, string rule) => $"{EmbeddedKeyVaultOptions.SectionName}:{key} {rule}.";
}
