using System.Globalization;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Hosting;

/// <summary>Every fault of the options, each with its configuration key.</summary>
internal static class OptionsFaults
{
    public static IReadOnlyList<string> Of(ProvisioningOptions options)
    {
        var faults = new List<string>();
        if (!Path.IsPathFullyQualified(options.DataDirectory))
        {
            faults.Add($"{Key(nameof(options.DataDirectory))} must be an absolute path.");
        }

        if (options.Port is < 0 or > 65535)
        {
            faults.Add($"{Key("Url")} must name a port from 1 to 65535 (0 takes any free one).");
        }

        if (options.DeviceRetryAfter < TimeSpan.Zero || options.DeviceRetryAfter > TimeSpan.FromHours(1))
        {
            faults.Add($"{Key(nameof(options.DeviceRetryAfter))} must be zero seconds to one hour.");
        }

        if (options.Traffic is { Speed: var speed } && !TrafficSettings.Takes(speed))
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{Key("Traffic:Speed")} must be {TrafficSettings.Slowest} to {TrafficSettings.Fastest}."));
        }

        if (options.PollInterval < TimeSpan.FromSeconds(1))
        {
            faults.Add($"{Key(nameof(options.PollInterval))} must be at least one second.");
        }

        if (options.Lease <= options.PollInterval)
        {
            faults.Add($"{Key(nameof(options.Lease))} ({options.Lease}) must be longer than {Key(nameof(options.PollInterval))} ({options.PollInterval}): keys would be dropped between two checks.");
        }

        if (options.RecordsPerDek is < 1 or > ProvisioningOptions.MostRecordsPerDek)
        {
            faults.Add($"{Key(nameof(options.RecordsPerDek))} must be 1 to {ProvisioningOptions.MostRecordsPerDek}.");
        }

        if (options.EncryptionsPerDek is < 1 or > ProvisioningOptions.MostEncryptionsPerDek)
        {
            faults.Add($"{Key(nameof(options.EncryptionsPerDek))} must be 1 to {ProvisioningOptions.MostEncryptionsPerDek}.");
        }

        if (options.AllowedVaultSuffixes.Count == 0 || options.AllowedVaultSuffixes.Any(suffix => Uri.CheckHostName(suffix) != UriHostNameType.Dns))
        {
            faults.Add($"{Key(nameof(options.AllowedVaultSuffixes))} must name at least one domain, and only domains.");
        }

        return faults;
    }

    private static string Key(string name) => $"{ProvisioningOptions.Section}:{name}";
}
