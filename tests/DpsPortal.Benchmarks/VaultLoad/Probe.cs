namespace DpsPortal.Benchmarks.VaultLoad;
internal static class Probe
{
    public static async Task<int> RunAsync(string what, int c, int rounds)
    {
        await using var servers = await VaultBesideBare.StartAsync();
        var (ours, limit) = what == "get" ? await servers.GetKeyAsync(c) : await servers.UnwrapAsync(int.Parse(what), c);
        await ours.RunAsync(TimeSpan.FromSeconds(4));
        await limit.RunAsync(TimeSpan.FromSeconds(4));
        var l = new List<double[]>();
        for (var i = 0; i < rounds; i++)
        {
            var a = await ours.RunAsync(TimeSpan.FromMilliseconds(400));
            var b = await limit.RunAsync(TimeSpan.FromMilliseconds(400));
            var r = what == "get" ? 1e9 : double.Parse(await servers.Bare.AskAsync($"decrypt {what} 300"));
            l.Add([a.Wall, 1e6 / a.Cpu, b.Wall, 1e6 / b.Cpu, 1e6 / r, a.Wall / b.Wall, a.Cpu / r, b.Cpu / r, 1e6 / a.Cpu - 1e6 / b.Cpu]);
        }
        string[] n = ["ours/s", "ours us", "bare/s", "bare us", "rsa us", "wall ratio", "cpu ratio", "bare cpu ratio", "us over bare"];
        for (var k = 0; k < n.Length; k++)
        {
            var s = l.Select(x => x[k]).Order().ToArray();
            Console.WriteLine($"{n[k],-16} {s[s.Length / 2],10:0.000}   p10 {s[s.Length / 10],10:0.000} p90 {s[s.Length * 9 / 10],10:0.000}");
        }
        return 0;
    }
}
