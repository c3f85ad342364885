using DpsPortal.Services.Instances;
using Microsoft.Extensions.Options;

namespace DpsPortal.Services;

internal static class PortalServicesOptionsValidator
{
    /// <exception cref="OptionsValidationException">Names every fault with its configuration key.</exception>
    public static void ThrowIfInvalid(PortalServicesOptions options)
    {
        var faults = Faults(options).Select(fault => $"{PortalServicesOptions.SectionName}:{fault.Key} {fault.Rule}.").ToList();
        if (faults.Count > 0)
        {
            throw new OptionsValidationException(PortalServicesOptions.SectionName, typeof(PortalServicesOptions), faults);
        }
    }

    private static IEnumerable<(string Key, string Rule)> Faults(PortalServicesOptions options)
    {
        if (!Path.IsPathFullyQualified(options.DataDirectory))
        {
            yield return (nameof(options.DataDirectory), "must be a full path");
        }

        if (options.Vaults.Count == 0 || options.Vaults.Any(string.IsNullOrWhiteSpace))
        {
            yield return (nameof(options.Vaults), "must name at least one vault, by name or address, and none of them empty");
        }

        if (options.ManagementEndpoint is not { IsAbsoluteUri: true, Scheme: "https" })
        {
            yield return (nameof(options.ManagementEndpoint), "must be an https address");
        }

        if (!Uri.TryCreate(options.ManagementScope, UriKind.Absolute, out _))
        {
            yield return (nameof(options.ManagementScope), "must be an address that ends in /.default");
        }

        if (!Guid.TryParse(options.SubscriptionId, out _))
        {
            yield return (nameof(options.SubscriptionId), "must be a GUID");
        }

        if (!ResourceNames.IsResourceGroup(options.ResourceGroup))
        {
            yield return (nameof(options.ResourceGroup), "must be the name of a resource group");
        }

        if (!ResourceNames.IsLocation(options.Location))
        {
            yield return (nameof(options.Location), "must be the name of an Azure region, such as westeurope");
        }

        if (options.RetryDelay <= TimeSpan.Zero || options.LongestRetryDelay < options.RetryDelay)
        {
            yield return (nameof(options.RetryDelay), $"must be longer than zero and not longer than {nameof(options.LongestRetryDelay)}");
        }

        if (options.ConfirmationAttempts < 1)
        {
            yield return (nameof(options.ConfirmationAttempts), "must be at least 1");
        }

        if (options.RoleAttempts < 1)
        {
            yield return (nameof(options.RoleAttempts), "must be at least 1");
        }
    }
}
