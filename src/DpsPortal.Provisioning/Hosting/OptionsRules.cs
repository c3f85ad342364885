using System.Globalization;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Hosting;

/// <summary>What the settings must be. Everything that is broken is said at once, each under the key that people set.</summary>
internal static class OptionsRules
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(1);

    /// <exception cref="ProvisioningStartRefusedException">Names everything that is broken.</exception>
    public static void Require(ProvisioningOptions options)
    {
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new ProvisioningStartRefusedException([.. faults.Select(fault => $"{fault.Key} {fault.Rule}.")]);
        }
    }

    public static IReadOnlyList<(string Key, string Rule)> Broken(ProvisioningOptions options) =>
        [.. Rules(options).Where(rule => !rule.Holds).Select(rule => ($"{ProvisioningOptions.Section}:{rule.Key}", rule.Text))];

    private static IEnumerable<(bool Holds, string Key, string Text)> Rules(ProvisioningOptions options) =>
    [
        (Path.IsPathFullyQualified(options.DataDirectory), "DataDirectory", "must be the full path of a folder"),
        (options.Port is >= 0 and <= 65535, "Url", "must name a port from 1 to 65535 (0 takes any free one)"),
        (options.DeviceRetryAfter >= TimeSpan.Zero && options.DeviceRetryAfter <= LongestRetry, "DeviceRetryAfter",
            $"must be from {TimeSpan.Zero:c} to {LongestRetry:c}"),
        (options.Traffic is not { Speed: var speed } || TrafficSettings.Takes(speed), "Traffic:Speed",
            string.Create(CultureInfo.InvariantCulture, $"must be from {TrafficSettings.Slowest} to {TrafficSettings.Fastest}")),
        (options.PollInterval >= ShortestPoll, "PollInterval", $"must be at least {ShortestPoll:c}"),
        (options.Lease > options.PollInterval, "Lease",
            $"({options.Lease:c}) must be longer than {ProvisioningOptions.Section}:PollInterval ({options.PollInterval:c}): " +
            "keys would be dropped between two checks"),
        (options.RecordsPerDek is >= 1 and <= ProvisioningOptions.MostRecordsPerDek, "RecordsPerDek",
            string.Create(CultureInfo.InvariantCulture, $"must be a number from 1 to {ProvisioningOptions.MostRecordsPerDek}")),
        (options.EncryptionsPerDek is >= 1 and <= ProvisioningOptions.MostEncryptionsPerDek, "EncryptionsPerDek",
            string.Create(CultureInfo.InvariantCulture, $"must be a number from 1 to {ProvisioningOptions.MostEncryptionsPerDek}")),
        (options.AllowedVaultSuffixes is [_, ..] && options.AllowedVaultSuffixes.All(IsDomain), "AllowedVaultSuffixes",
            "must name at least one domain, and only domains"),
    ];

    private static bool IsDomain(string suffix) => Uri.CheckHostName(suffix) == UriHostNameType.Dns;
}
