using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.Benchmarks.Crash;
using DpsPortal.KeyVault.Storage;
using DpsPortal.Tests.Campaigns;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Data.Sqlite;

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
        Seed(Path.Combine(VaultProcess.Options(folder).DataDirectory, "vault.db"), keys);
        var started = Stopwatch.GetTimestamp();
        await vault.StartAsync();
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>All share one sealed blob, which is as long as that of RSA-2048 and opens nothing: nobody unwraps here.</summary>
    private static void Seed(string path, int keys)
    {
        using var database = new VaultDatabase(path);
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        var (sealedKey, modulus) = (RandomNumberGenerator.GetBytes(1246), RandomNumberGenerator.GetBytes(256));
        for (var key = 1; key <= keys; key++)
        {
            Execute(connection, transaction, "INSERT INTO Keys (Id, Vault, Name) VALUES ($a, $b, $c)", key, VaultProcess.Name, NameOf(key));
            for (var version = 0; version < VersionsAKey; version++)
            {
                Execute(connection, transaction,
                    """
                    INSERT INTO KeyVersions (KeyId, Version, KeyType, Size, Modulus, Exponent, SealedPrivateKey, Operations, Enabled, Created, Updated, NearExpiryPublished, ExpiredPublished)
                    VALUES ($a, $b, 'RSA', 2048, $c, $d, $e, 'wrapKey unwrapKey', 1, 0, 0, 0, 0)
                    """,
                    key, RandomNumberGenerator.GetHexString(32, lowercase: true), modulus, new byte[] { 1, 0, 1 }, sealedKey);
            }
        }
        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, params object[] values)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue("$" + (char)('a' + index), values[index]);
        }
        command.ExecuteNonQuery();
    }

    private static async Task<TimeSpan> PagesAsync(VaultProcess vault, int keys)
    {
        var path = $"/keys?maxresults=25&$skiptoken={WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(NameOf(keys / 2)))}";
        var before = vault.ProcessorTime;
        for (var page = 0; page < PagesARound; page++)
        {
            var (status, text) = await vault.SendAsync("GET", path);
            if (status != 200 || !text.Contains($"/{NameOf(keys / 2 + 25)}\"", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Not the page that was asked for: {status} {text}");
            }
        }
        return vault.ProcessorTime - before;
    }

    private static string NameOf(int key) => string.Create(CultureInfo.InvariantCulture, $"key-{key:D6}");
}
