using System.Diagnostics;
using System.Globalization;
using System.Text;
using DpsPortal.Benchmarks.Crash;
using DpsPortal.Tests.Campaigns;
using Microsoft.AspNetCore.WebUtilities;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// A page in the middle of 10,000 keys of 5 versions beside one in the middle of 100: processor time of the vault's process for each,
/// asked for over HTTPS in turn. Tells the time of a start with 50,000 versions, too.
/// </summary>
internal sealed class ListPage : GateFigure
{
    private const int Rounds = 41;
    private const int PagesARound = 25;
    private const int VersionsAKey = 5;

    public override string Name => "list-page";

    public override string Target => "≤ 1.25";

    public override bool Passes(double ratio) => ratio <= 1.25;

    public override async Task<Measured> MeasureAsync()
    {
        var work = Directory.CreateTempSubdirectory("dpsportal-list-");
        try
        {
            using var many = new VaultProcess(typeof(VaultChild).Assembly.Location, work.CreateSubdirectory("many").FullName);
            using var few = new VaultProcess(typeof(VaultChild).Assembly.Location, work.CreateSubdirectory("few").FullName);
            var start = await PrepareAsync(many, Path.Combine(work.FullName, "many"), 10_000);
            await PrepareAsync(few, Path.Combine(work.FullName, "few"), 100);
            var (ours, limit) = (TimeSpan.Zero, TimeSpan.Zero);
            // The first round warms up.
            for (var round = 0; round <= Rounds; round++)
            {
                var measured = (Many: await PagesAsync(many, 10_000), Few: await PagesAsync(few, 100));
                (ours, limit) = round == 0 ? (ours, limit) : (ours + measured.Many, limit + measured.Few);
            }

            return new Measured($"{PerPage(ours)}, start {start.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s", PerPage(limit), ours / limit);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static string PerPage(TimeSpan total) => (total.TotalMilliseconds / (Rounds * PagesARound)).ToString("0.00", CultureInfo.InvariantCulture) + " ms";

    /// <returns>How long the start took that read the keys.</returns>
    private static async Task<TimeSpan> PrepareAsync(VaultProcess vault, string folder, int keys)
    {
        await vault.StartAsync();
        await vault.MakeVaultAsync();
        await vault.KillAsync();
        SeededKeys.Put(Path.Combine(VaultProcess.Options(folder).DataDirectory, "vault.db"), VaultProcess.Name, keys, VersionsAKey);
        var started = Stopwatch.GetTimestamp();
        await vault.StartAsync();
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<TimeSpan> PagesAsync(VaultProcess vault, int keys)
    {
        var path = $"/keys?maxresults=25&$skiptoken={WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(SeededKeys.NameOf(keys / 2)))}";
        var before = vault.ProcessorTime;
        for (var page = 0; page < PagesARound; page++)
        {
            var (status, text) = await vault.SendAsync("GET", path);
            if (status != 200 || !text.Contains($"/{SeededKeys.NameOf(keys / 2 + 25)}\"", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Not the page that was asked for: {status} {text}");
            }
        }

        return vault.ProcessorTime - before;
    }
}
