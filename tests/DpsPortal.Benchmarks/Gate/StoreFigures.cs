using System.Diagnostics;
using System.Globalization;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>The store as its contract offers it, beside less of it.</summary>
internal abstract class StoreFigure(string name, double least) : GateFigure
{
    public override string Name => name;

    public override string Target => string.Create(CultureInfo.InvariantCulture, $"≥ {least:0.00}");

    public override bool Passes(double ratio) => ratio >= least;

    public override async Task<Measured> MeasureAsync()
    {
        await using var store = await StoreBesidePlain.StartAsync();
        return await MeasureAsync(store);
    }

    protected abstract Task<Measured> MeasureAsync(StoreBesidePlain store);

    /// <summary>Records per second of elapsed time, after a round that warms up; every round stores others.</summary>
    protected static async Task<Measured> InsertAsync(
        int rounds, int records, Func<RegistrationRecord[], Task> ours, Func<RegistrationRecord[], byte[][], Task> limit)
    {
        var pairs = Enumerable.Range(0, rounds + 1).Select(round => StoreBesidePlain.Records(round * records, records));
        var (oursNext, limitNext) = (pairs.GetEnumerator(), pairs.GetEnumerator());
        Task<double> OursAsync() => RateAsync(oursNext, (batch, _) => ours(batch));
        Task<double> LimitAsync() => RateAsync(limitNext, limit);
        using (oursNext)
        using (limitNext)
        {
            await OursAsync();
            await LimitAsync();
            return await Pairs.RatesAsync(rounds, OursAsync, LimitAsync);
        }
    }

    private static async Task<double> RateAsync(IEnumerator<RegistrationRecord[]> batches, Func<RegistrationRecord[], byte[][], Task> store)
    {
        batches.MoveNext();
        var contents = Array.ConvertAll(batches.Current, StoreBesidePlain.Content);
        GC.Collect();
        var clock = Stopwatch.StartNew();
        await store(batches.Current, contents);
        return contents.Length / clock.Elapsed.TotalSeconds;
    }
}

/// <summary>An import of records of 1 KiB beside the same checks and statements that store them in clear.</summary>
internal sealed class StoreInsert() : StoreFigure("store-insert", 0.60)
{
    protected override Task<Measured> MeasureAsync(StoreBesidePlain store) =>
        InsertAsync(rounds: 9, records: 8192, store.ImportAsync, (records, _) => store.InsertPlainAsync(records));
}

/// <summary>Reading one record of 1 KiB beside the same statement on records in clear.</summary>
internal sealed class StoreRead() : StoreFigure("store-read", 0.60)
{
    private const int Records = 20_000;

    protected override async Task<Measured> MeasureAsync(StoreBesidePlain store)
    {
        var records = StoreBesidePlain.Records(0, Records);
        await store.ImportAsync(records);
        await store.InsertPlainAsync(records);
        var (ours, limit) = (0, 0);
        // Both walk the same ids, far apart from one to the next.
        return Pairs.Throughput(() => store.Read(Next(ref ours)), () => store.ReadPlain(Next(ref limit)));

        string Next(ref int at) => records[at = (at + 7919) % Records].RegistrationId;
    }
}

/// <summary>An import of many records of 1 KiB beside a raw insert of the same bytes, encrypted by the bare primitives.</summary>
internal sealed class Import(string name, int records) : StoreFigure(name, 0.50)
{
    public override bool OnlyWhenNamed => records > 20_000;

    protected override Task<Measured> MeasureAsync(StoreBesidePlain store) => InsertAsync(rounds: 5, records, store.ImportAsync, store.InsertRawAsync);
}
