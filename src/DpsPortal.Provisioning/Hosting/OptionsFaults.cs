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

        if (options.Traffic?.Speed is < TrafficSettings.Slowest or > TrafficSettings.Fastest)
        {
            faults.Add($"{Key("Traffic:Speed")} must be 0.1 to 1000.");
        }

        if (options.PollInterval < TimeSpan.FromSeconds(1))
        {
            faults.Add($"{Key(nameof(options.PollInterval))} must be at least one second.");
        }

        if (options.Lease <= options.PollInterval)
        {
            faults.Add($"{Key(nameof(options.Lease))} ({options.Lease}) must be longer than {Key(nameof(options.PollInterval))} ({options.PollInterval}): keys would be dropped between two checks.");
        }

        if (options.RecordsPerDek is < 1 or > 4096)
        {
            faults.Add($"{Key(nameof(options.RecordsPerDek))} must be 1 to 4096.");
        }

        if (options.EncryptionsPerDek is < 1 or > 1L << 31)
        {
            faults.Add($"{Key(nameof(options.EncryptionsPerDek))} must be 1 to 2147483648.");
        }

        if (options.AllowedVaultSuffixes.Count == 0 || options.AllowedVaultSuffixes.Any(suffix => Uri.CheckHostName(suffix) != UriHostNameType.Dns))
        {
            faults.Add($"{Key(nameof(options.AllowedVaultSuffixes))} must name at least one domain, and only domains.");
        }

        return faults;
    }

    private static string Key(string name) => $"{ProvisioningOptions.Section}:{name}";
}
