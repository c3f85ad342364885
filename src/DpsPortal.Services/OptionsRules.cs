using DpsPortal.Services.Instances;

namespace DpsPortal.Services;

/// <summary>
/// What the settings must be. Everything that is broken is said at once, each under the key that people set; or under the property's
/// name, where it is the host that sets it and not a person.
/// </summary>
internal static class OptionsRules
{
    /// <exception cref="PortalStartRefusedException">Names everything that is broken.</exception>
    public static void Require(PortalServicesOptions options)
    {
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new PortalStartRefusedException([.. faults.Select(fault => $"{fault.Key} {fault.Rule}.")]);
        }
    }

    public static IReadOnlyList<(string Key, string Rule)> Broken(PortalServicesOptions options) =>
        [.. Rules(options).Where(rule => !rule.Holds).Select(rule => (rule.Key, rule.Text))];

    private static IEnumerable<(bool Holds, string Key, string Text)> Rules(PortalServicesOptions options) =>
    [
        (Path.IsPathFullyQualified(options.DataDirectory), "Portal:DataDirectory", "must be the full path of a folder"),
        (options.Vaults is [_, ..] && !options.Vaults.Any(string.IsNullOrWhiteSpace), "KeyVault:Vaults",
            "must name at least one vault, by name or address, and none of them empty"),
        (options.ManagementEndpoint is { IsAbsoluteUri: true, Scheme: "https" }, "KeyVault:Embedded:Url", "must be an https address"),
        (Uri.TryCreate(options.ManagementScope, UriKind.Absolute, out _), OfHost(nameof(options.ManagementScope)), "must be an address that ends in /.default"),
        (Guid.TryParse(options.SubscriptionId, out _), "KeyVault:SubscriptionId", "must be a GUID"),
        (ResourceNames.IsResourceGroup(options.ResourceGroup), "KeyVault:ResourceGroup", "must be the name of a resource group"),
        (ResourceNames.IsLocation(options.Location), "KeyVault:Location", "must be the name of an Azure region, such as westeurope"),
        (options.RetryDelay > TimeSpan.Zero && options.LongestRetryDelay >= options.RetryDelay, OfHost(nameof(options.RetryDelay)),
            $"must be longer than zero and not longer than {nameof(options.LongestRetryDelay)}"),
        (options.ConfirmationAttempts >= 1, OfHost(nameof(options.ConfirmationAttempts)), "must be at least 1"),
        (options.RoleAttempts >= 1, OfHost(nameof(options.RoleAttempts)), "must be at least 1"),
    ];

    private static string OfHost(string property) => $"{nameof(PortalServicesOptions)}.{property}";
}
