using System.Diagnostics;
using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Storage;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// DPS with an instance of many individual enrollments. Those of one page in the middle were put in through the contract; all others
/// share the envelope of one of them, which opens in no other place: nobody reads them here.
/// </summary>
internal sealed class LargeInstance : IAsyncDisposable
{
    private const string Instance = "dps-bench";
    private const int PageSize = 100;

    private readonly RunningDps _dps;
    private readonly int _count;
    private RecordReads _reads = null!;
    private RecordCall _call;

    private LargeInstance(RunningDps dps, int count) => (_dps, _count) = (dps, count);

    public static async Task<LargeInstance> StartAsync(int count)
    {
        var vault = new FakeVault();
        var dps = RunningDps.Stopped(vault.Access);
        dps.RealClock = TimeProvider.System;
        await dps.StartAsync();
        await dps.CreatedAsync(Instance, vault.AddKey());
        // One more than the page shows: a query looks whether there is a next one.
        for (var number = count / 2; number <= (count / 2) + PageSize; number++)
        {
            (await dps.Enrollments.PutIndividualAsync(RunningDps.Tester, Instance, Enrollment(number), null, default)).Value();
        }

        var large = new LargeInstance(dps, count);
        large.Seed();
        await large.RestartAsync();
        return large;
    }

    /// <summary>Seconds from nothing to a DPS that serves, on the data that is there.</summary>
    public async Task<double> RestartAsync()
    {
        await _dps.StopAsync();
        GC.Collect();
        var clock = Stopwatch.StartNew();
        await _dps.StartAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        _reads = _dps.Host.Services.GetRequiredService<RecordReads>();
        _call = _dps.Host.Services.GetRequiredService<Rejections>().Begin(RunningDps.Tester, Rejections.Query, RecordKind.IndividualEnrollment, "*");
        return seconds;
    }

    /// <summary>The page in the middle, decrypted, as a query answers it.</summary>
    public void Page()
    {
        var read = _reads.ReadPageAsync(Instance, _call, null, IdOf((_count / 2) - 1), PageSize, RecordJson.Default.IndividualEnrollment, default);
        var (page, failure) = read.GetAwaiter().GetResult();
        if (page is not { Records.Count: PageSize } || page.Last != IdOf((_count / 2) + PageSize - 1))
        {
            throw new InvalidOperationException($"Not the page that was asked for: {failure}");
        }
    }

    /// <summary>The same place as the portal lists it, there, back and by a search: what is in clear, with how many there are.</summary>
    public void List()
    {
        var before = IdOf((_count / 2) - 1);
        var middle = new RecordQuery(RecordKind.IndividualEnrollment, After: before);
        var page = _reads.List(Instance, middle);
        var back = _reads.List(Instance, middle with { After = null, Before = page.Records[0].Id });
        var searched = _reads.List(Instance, new RecordQuery(RecordKind.IndividualEnrollment, Beginning: before[..^1]));
        if (searched.Total != 10
            || page.Records[^1].Id != IdOf((_count / 2) + middle.PageSize - 1)
            || back.Records[^1].Id != IdOf((_count / 2) - 1)
            || page.Total != _count)
        {
            throw new InvalidOperationException("Not the page that was asked for.");
        }
    }

    public ValueTask DisposeAsync() => _dps.DisposeAsync();

    private void Seed()
    {
        using var connection = _dps.Host.Services.GetRequiredService<DpsDatabase>().Open();
        using var transaction = connection.BeginTransaction();
        connection.Run(
            """
            WITH RECURSIVE Numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM Numbers WHERE n + 1 < $0)
            INSERT OR IGNORE INTO Records (InstanceId, Kind, Id, GroupId, Status, Revision, CreatedAt, UpdatedAt, Dek, Envelope)
            SELECT InstanceId, Kind, printf('device-%07d', n), GroupId, Status, Revision, CreatedAt, UpdatedAt, Dek, Envelope
            FROM Numbers, Records WHERE Records.Id = $1
            """,
            _count, IdOf(_count / 2));
        connection.Run("UPDATE Instances SET IndividualEnrollments = $0, Revision = Revision + $0", _count);
        transaction.Commit();
    }

    private static IndividualEnrollment Enrollment(int number) => new()
    {
        RegistrationId = IdOf(number),
        Attestation = new Attestation("symmetricKey", new SymmetricKeyAttestation(null, null)),
    };

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"device-{number:D7}");
}

/// <summary>A million enrollments beside few. Seeding takes a minute and a gigabyte.</summary>
internal abstract class LargeFigure(string name) : GateFigure
{
    public override string Name => name;

    public override string Target => "≤ 1.20";

    public override bool OnlyWhenNamed => true;

    protected virtual int Few => 10_000;

    public override bool Passes(double ratio) => ratio <= 1.2;

    public override async Task<Measured> MeasureAsync()
    {
        await using var few = await LargeInstance.StartAsync(Few);
        await using var many = await LargeInstance.StartAsync(1_000_000);
        return await MeasureAsync(many, few);
    }

    protected abstract Task<Measured> MeasureAsync(LargeInstance many, LargeInstance few);
}

/// <summary>A page of 100 in the middle of a query, decrypted. The ratio is that of the times, so of the rates turned round.</summary>
internal sealed class QueryPage() : LargeFigure("query-page-1m")
{
    protected override Task<Measured> MeasureAsync(LargeInstance many, LargeInstance few)
    {
        var measured = Pairs.Throughput(few.Page, many.Page);
        return Task.FromResult(measured with { Ours = measured.Limit, Limit = measured.Ours });
    }
}

/// <summary>Two pages of the portal's list of records, and a search. The ratio is that of the times, as above.</summary>
internal sealed class ListedPage() : LargeFigure("records-page-1m")
{
    /// <summary>So many that a page in the middle is whole.</summary>
    protected override int Few => 202;

    protected override Task<Measured> MeasureAsync(LargeInstance many, LargeInstance few)
    {
        var measured = Pairs.Throughput(few.List, many.List);
        return Task.FromResult(measured with { Ours = measured.Limit, Limit = measured.Ours });
    }
}

/// <summary>Starting DPS on existing data, in a process that has started it before.</summary>
internal sealed class StartUp() : LargeFigure("start-1m")
{
    private const int Rounds = 21;

    protected override async Task<Measured> MeasureAsync(LargeInstance many, LargeInstance few)
    {
        var rounds = new List<(double Ours, double Limit)>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add((await many.RestartAsync(), await few.RestartAsync()));
        }

        return new Measured(
            Milliseconds(rounds.Select(pair => pair.Ours)),
            Milliseconds(rounds.Select(pair => pair.Limit)),
            Pairs.Median(rounds.Select(pair => pair.Ours / pair.Limit)));
    }

    private static string Milliseconds(IEnumerable<double> seconds) => (Pairs.Median(seconds) * 1000).ToString("0.0", CultureInfo.InvariantCulture) + " ms";
}
