using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Tests.Services;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>The service layer over many keys and instances: what the pages of its lists cost, asked of the real vault and the real DPS.</summary>
internal sealed class PortalLists : IAsyncDisposable
{
    private const int VersionsAKey = 3;

    private static readonly JsonSerializerOptions WithKeysAsText = new() { Converters = { new KeyAsText() } };

    private readonly RunningPortalServices _portal = new();
    private readonly int _keys;
    private readonly int _instances;

    private PortalLists(int keys, int instances) => (_keys, _instances) = (keys, instances);

    public static async Task<PortalLists> StartAsync(int keys, int instances)
    {
        var lists = new PortalLists(keys, instances);
        await lists._portal.InitializeAsync();
        await lists.SeedAsync();
        return lists;
    }

    /// <summary>A page in the middle, the page before it, and a search that finds ten.</summary>
    /// <returns>Bytes of what the page of the portal gets to show.</returns>
    public async Task<long> KeysAsync()
    {
        var middle = $"{RunningPortalServices.Vault}/{SeededKeys.NameOf(_keys / 2)}";
        var page = await _portal.Keys.ListPageAsync(Staff.Auditor, new KeyQuery(After: middle), default);
        var back = await _portal.Keys.ListPageAsync(Staff.Auditor, new KeyQuery(Before: middle), default);
        var found = await _portal.Keys.ListPageAsync(Staff.Auditor, new KeyQuery(Search: SeededKeys.NameOf(_keys / 2)[..^1]), default);
        return found.List.Keys.Count == 10 && page.List.Keys.Count >= 25 && back.List.Keys.Count >= 25
            ? Size(page) + Size(back) + Size(found)
            : throw new InvalidOperationException($"Not the pages that were asked for: {page.List.Keys.Count} {back.List.Keys.Count} {found.List.Keys.Count}");
    }

    /// <inheritdoc cref="KeysAsync"/>
    public async Task<long> InstancesAsync()
    {
        var middle = NameOf(_instances / 2);
        var page = await _portal.Instances.FindAsync(Staff.Auditor, new InstanceQuery(After: middle), default);
        var back = await _portal.Instances.FindAsync(Staff.Auditor, new InstanceQuery(Before: middle), default);
        var found = await _portal.Instances.FindAsync(Staff.Auditor, new InstanceQuery(Search: middle[..^1]), default);
        return found.Instances.Count == 10 && page.Instances.Count >= 25 && back.Instances.Count >= 25
            ? Size(page) + Size(back) + Size(found)
            : throw new InvalidOperationException($"Not the pages that were asked for: {page.Instances.Count} {back.Instances.Count} {found.Instances.Count}");
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private async Task SeedAsync()
    {
        var key = await _portal.NewKeyAsync();
        for (var instance = 1; instance <= _instances; instance++)
        {
            await _portal.NewInstanceAsync(NameOf(instance), key, "id-lists");
        }

        await _portal.RestartVaultAsync(() =>
        {
            SeededKeys.Put(_portal.KeyVault.DatabasePath, RunningPortalServices.Vault, _keys, VersionsAKey);
            return Task.CompletedTask;
        });
        await _portal.RestartAsync();
    }

    private static long Size<T>(T page) => JsonSerializer.SerializeToUtf8Bytes(page, WithKeysAsText).Length;

    /// <summary>Each leads to itself without its version, and so on.</summary>
    private sealed class KeyAsText : JsonConverter<KeyIdentifier>
    {
        public override KeyIdentifier Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            KeyIdentifier.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, KeyIdentifier value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    private static string NameOf(int instance) => string.Create(CultureInfo.InvariantCulture, $"dps-{instance:D6}");
}

/// <summary>10,000 keys of 3 versions and 1,000 instances beside 100 of each. The ratio is the worse one of processor time and bytes.</summary>
internal abstract class PortalListFigure(string name) : GateFigure
{
    private const int Rounds = 41;

    public override string Name => name;

    public override string Target => "≤ 1.20";

    public override bool OnlyWhenNamed => true;

    public override bool Passes(double ratio) => ratio <= 1.2;

    public override async Task<Measured> MeasureAsync()
    {
        await using var few = await PortalLists.StartAsync(100, 100);
        await using var many = await PortalLists.StartAsync(10_000, 1_000);
        var rounds = new List<((TimeSpan Time, long Bytes) Many, (TimeSpan Time, long Bytes) Few)>();

        // The first warms up.
        for (var round = 0; round <= Rounds; round++)
        {
            rounds.Add((await CostAsync(many), await CostAsync(few)));
        }

        var (time, bytes) = (Pairs.Median(rounds.Skip(1).Select(pair => pair.Many.Time / pair.Few.Time)), rounds[^1].Many.Bytes / (double)rounds[^1].Few.Bytes);
        return new Measured(Words(rounds.Skip(1).Select(pair => pair.Many)), Words(rounds.Skip(1).Select(pair => pair.Few)), Math.Max(time, bytes));
    }

    protected abstract Task<long> PagesAsync(PortalLists lists);

    private async Task<(TimeSpan Time, long Bytes)> CostAsync(PortalLists lists)
    {
        var before = Environment.CpuUsage.TotalTime;
        var bytes = await PagesAsync(lists);
        return (Environment.CpuUsage.TotalTime - before, bytes);
    }

    private static string Words(IEnumerable<(TimeSpan Time, long Bytes)> costs) => string.Create(
        CultureInfo.InvariantCulture, $"{Pairs.Median(costs.Select(cost => cost.Time.TotalMilliseconds)):0.0} ms {costs.First().Bytes / 1024.0:0.0} KiB");
}

internal sealed class KeysPages() : PortalListFigure("keys-page-10k")
{
    protected override Task<long> PagesAsync(PortalLists lists) => lists.KeysAsync();
}

internal sealed class InstancesPages() : PortalListFigure("instances-page-1k")
{
    protected override Task<long> PagesAsync(PortalLists lists) => lists.InstancesAsync();
}
