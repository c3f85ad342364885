using System.Diagnostics;
using System.Globalization;
using DpsPortal.Benchmarks.Crash;
using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Benchmarks.Campaigns;

/// <summary>Runs the named campaigns, or all, and prints a line for each.</summary>
internal static class CampaignCommand
{
    /// <summary>By name. What runs is written in tests/DpsPortal.Tests/Campaigns, where the suite runs it with a smaller count.</summary>
    public static IReadOnlyDictionary<string, Campaign> Campaigns { get; } = new Dictionary<string, Campaign>(StringComparer.Ordinal)
    {
        ["vault-kills"] = new(100, kills => VaultKills.RunAsync(typeof(VaultChild).Assembly.Location, kills)),
        ["malformed"] = new(100_000, MalformedVault.CampaignAsync),
        ["malformed-dps"] = new(100_000, MalformedDps.CampaignAsync),
        ["malformed-portal"] = new(100_000, MalformedPortal.CampaignAsync),
        ["outages"] = new(100_000, OutageRuns.RunAsync),
        ["model"] = new(100_000, ModelRuns.RunAsync),
        ["mutations"] = new(200_000, MutationRuns.RunAsync),
        ["kills"] = new(200, randomMoments => KillRuns.RunAsync(typeof(CampaignCommand).Assembly.Location, randomMoments)),
        ["operation-kills"] = new(5, rounds => OperationKills.RunAsync(typeof(CampaignCommand).Assembly.Location, rounds)),
        ["truth"] = new(10_000, TruthRuns.RunAsync),
        ["ciphers"] = new(500_000, CipherRuns.RunAsync),
    };

    /// <param name="requests">Names, each with <c>=count</c> behind it where not the full count is wanted.</param>
    public static async Task<int> RunAsync(string[] requests)
    {
        var wanted = (requests.Length == 0 ? [.. Campaigns.Keys] : requests).Select(request => request.Split('=', 2)).ToList();
        var unknown = wanted.Select(request => request[0]).Except(Campaigns.Keys, StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            await Console.Error.WriteLineAsync($"No such campaign: {string.Join(", ", unknown)}. There are: {string.Join(", ", Campaigns.Keys)}.");
            return 2;
        }

        var failed = 0;
        foreach (var request in wanted)
        {
            var campaign = Campaigns[request[0]];
            var count = request.Length > 1 ? int.Parse(request[1], CultureInfo.InvariantCulture) : campaign.Count;
            failed += await RunAsync(request[0], campaign, count) ? 0 : 1;
        }

        return failed;
    }

    private static async Task<bool> RunAsync(string name, Campaign campaign, int count)
    {
        var started = Stopwatch.GetTimestamp();
        string result;
        bool passes;
        try
        {
            (result, passes) = (await campaign.RunAsync(count), true);
        }
        catch (Exception failure)
        {
            (result, passes) = (failure.ToString(), false);
        }

        Console.WriteLine(
            "{0,-16} {1,10}  {2}  {3}  {4}",
            name, count, result, Stopwatch.GetElapsedTime(started).ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture), passes ? "pass" : "fail");
        return passes;
    }
}

/// <param name="Count">How many cases the full campaign has.</param>
/// <param name="RunAsync">Runs as many cases as it is told and sums up what was seen; throws at the first that does not hold.</param>
internal sealed record Campaign(int Count, Func<int, Task<string>> RunAsync);
