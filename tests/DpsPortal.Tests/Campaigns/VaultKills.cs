using System.Globalization;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// kill -9 at a random moment of a mixed load, again and again: the next life has every change that was answered, each change that
/// was under way wholly or not at all, and no key that cannot be used.
/// </summary>
internal static class VaultKills
{
    private const int MostChangesALife = 12;
    private const int LongestDelay = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string[] KeyTypes = ["RSA", "EC", "EC", "EC", "EC", "EC"];

    /// <param name="assembly">The program that has the command <c>vault-child</c>.</param>
    public static async Task<string> RunAsync(string assembly, int kills, int seed = 20260301)
    {
        var folder = Directory.CreateTempSubdirectory("dps-vault-kills-");
        try
        {
            var random = new Random(seed);
            using var vault = new VaultProcess(assembly, folder.FullName);
            var keys = KeyTypes.Select((type, number) => new KeyUnderLoad(vault, $"key-{number}", type, seed + number)).ToList();
            await vault.StartAsync();
            await vault.MakeVaultAsync();
            for (var kill = 0; kill < kills; kill++)
            {
                await LoadAndKillAsync(vault, keys, random);
                await vault.StartAsync();
                foreach (var key in keys)
                {
                    await key.CheckAsync();
                }
            }

            await vault.KillAsync();
            return Sum(keys, kills);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>How long a life is, is counted in changes: a slow machine gives it more time.</summary>
    private static async Task LoadAndKillAsync(VaultProcess vault, List<KeyUnderLoad> keys, Random random)
    {
        using var answered = new SemaphoreSlim(0);
        var load = keys.ConvertAll(key => Task.Run(() => key.LoadAsync(answered)));
        for (var changes = random.Next(MostChangesALife); changes > 0 && await answered.WaitAsync(Patience);)
        {
            changes--;
        }

        await Task.Delay(random.Next(LongestDelay));
        await vault.KillAsync();
        await Task.WhenAll(load);
    }

    private static string Sum(List<KeyUnderLoad> keys, int kills) => string.Create(
        CultureInfo.InvariantCulture,
        $"{kills} kills, {keys.Sum(key => key.Answered)} changes answered and kept, {keys.Sum(key => key.Applied)} unanswered ones kept whole, " +
        $"{keys.Sum(key => key.Undone)} not begun, {keys.Sum(key => key.Used)} versions used");
}
