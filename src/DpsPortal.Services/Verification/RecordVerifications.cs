using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Verification;

/// <summary>
/// Readings of every record, kept and compared. Of each record an id, a revision and a keyed fingerprint stay, so that anyone may compare
/// with a reading that somebody else has made, before a restart or after it.
/// </summary>
internal sealed class RecordVerifications(PortalDatabase database, IEnrollments enrollments, ActivityLog activity, TimeProvider systemClock)
{
    /// <summary>Runs kept of an instance, and those of them whose records are kept.</summary>
    private const int Kept = 50;
    private const int KeptWithRecords = 3;
    private const int RecordsInRow = 8_192;

    private readonly ConcurrentDictionary<long, bool> _running = new();

    /// <returns>The newest first.</returns>
    public async Task<IReadOnlyList<VerificationRun>> ListAsync(string instance, int count, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var newest = Finished(context, instance).OrderByDescending(row => row.Sequence).Take(Math.Clamp(count, 1, Kept));
        var rows = await DamagedRows.ToListAsync(newest, sequence => Task.FromResult(VerificationRow.Damaged(sequence)), cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(row => row.ToRun()).OfType<VerificationRun>()];
    }

    public async Task<VerificationRun> RunAsync(Person person, string instance, IProgress<RecordVerification>? progress, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await ForgetUnfinishedAsync(context, cancellationToken).ConfigureAwait(false);

        // Before this one begins: of two readings at the same time neither is the earlier.
        var earlier = await FindEarlierAsync(context, instance, cancellationToken).ConfigureAwait(false);
        var row = new VerificationRow { Instance = instance, By = PersonColumns.Of(person), StartedAt = systemClock.GetUtcNow().UtcTicks };
        context.Add(row);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        _running[row.Sequence] = true;
        try
        {
            var pages = new PageWriter(context, row.Sequence);
            var read = await enrollments.VerifyAsync(person.AsCaller(), instance, pages.AddAsync, progress, cancellationToken).ConfigureAwait(false);
            row.Set(read, await pages.EndAsync(cancellationToken).ConfigureAwait(false));
            if (row.ReadOk + row.Corrupt > 0 && earlier is not null)
            {
                row.Comparison = await CompareAsync(context, earlier, row, person, cancellationToken).ConfigureAwait(false) is { } comparison
                    ? Stored.Write(comparison)
                    : null;
            }

            var run = row.ToRun()!;
            var entry = new NewActivity(ActivityCodes.RecordsVerified, instance, ActivityResult.Succeeded, person, Arguments(run));
            activity.Add(context, entry);
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            activity.Announce(entry);
            await ForgetOldAsync(context, instance, cancellationToken).ConfigureAwait(false);
            return run;
        }
        finally
        {
            _running.TryRemove(row.Sequence, out _);
        }
    }

    private async Task<RecordComparison?> CompareAsync(
        PortalContext context, VerificationRow earlier, VerificationRow row, Person person, CancellationToken cancellationToken)
    {
        var with = new ComparedReading(earlier.Sequence, Stored.Time(earlier.FinishedAt!.Value), earlier.By.ToPerson());
        var comparer = new RecordComparer(with, earlier.Since, async names =>
            await enrollments.FindDeletionsAsync(person.AsCaller(), row.Instance, [.. names], cancellationToken).ConfigureAwait(false));
        try
        {
            return await comparer.CompareAsync(ReadAsync(context, earlier, cancellationToken), ReadAsync(context, row, cancellationToken))
                .ConfigureAwait(false);
        }
        catch (Exception damage) when (DamagedRows.IsOfContent(damage))
        {
            // Newer readings have pushed its records out meanwhile, or they are damaged: then there is nothing to compare with.
            return null;
        }
    }

    private static async IAsyncEnumerable<RecordReading> ReadAsync(
        PortalContext context, VerificationRow run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var position = 0; position < run.Pages; position++)
        {
            var page = await context.VerificationPages.AsNoTracking().Where(row => row.Run == run.Sequence && row.Position == position)
                .Select(row => row.Content).SingleAsync(cancellationToken).ConfigureAwait(false);
            foreach (var reading in ReadingPages.Read(page))
            {
                yield return reading;
            }
        }
    }

    private static async Task<VerificationRow?> FindEarlierAsync(PortalContext context, string instance, CancellationToken cancellationToken)
    {
        var newest = Finished(context, instance).Where(row => row.Rejected == 0 && row.Pages > 0).OrderByDescending(row => row.Sequence).Take(1);
        return await DamagedRows.ToListAsync(newest, sequence => Task.FromResult(VerificationRow.Damaged(sequence)), cancellationToken)
            .ConfigureAwait(false) is [var row]
            && row.ToRun() is not null
            ? row
            : null;
    }

    /// <summary>What was broken off, by its reader or by the end of the process.</summary>
    private async Task ForgetUnfinishedAsync(PortalContext context, CancellationToken cancellationToken)
    {
        var running = _running.Keys.ToArray();
        await context.Verifications.Where(row => row.FinishedAt == null && !running.Contains(row.Sequence))
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task ForgetOldAsync(PortalContext context, string instance, CancellationToken cancellationToken)
    {
        var old = Finished(context, instance).OrderByDescending(row => row.Sequence).Skip(Kept);
        await context.Verifications.Where(row => old.Select(each => each.Sequence).Contains(row.Sequence))
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        var comparable = await Finished(context, instance).Where(row => row.Rejected == 0 && row.Pages > 0)
            .OrderByDescending(row => row.Sequence).Take(KeptWithRecords).Select(row => row.Sequence).ToListAsync(cancellationToken).ConfigureAwait(false);
        var without = Finished(context, instance).Where(row => row.Pages > 0 && !comparable.Contains(row.Sequence));
        await context.VerificationPages.Where(page => without.Select(row => row.Sequence).Contains(page.Run))
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        await without.ExecuteUpdateAsync(set => set.SetProperty(row => row.Pages, 0), cancellationToken).ConfigureAwait(false);
    }

    private static IQueryable<VerificationRow> Finished(PortalContext context, string instance) =>
        context.Verifications.AsNoTracking().Where(row => row.Instance == instance && row.FinishedAt != null);

    private static string[] Arguments(VerificationRun run)
    {
        string[] counts = [Number(run.Read.ReadOk), Number(run.Read.Rejected), Number(run.Read.Corrupt), run.Read.ContentHash ?? ""];
        return run.Comparison is { } comparison
            ? [
                .. counts, Number(comparison.Unchanged), Number(comparison.New), Number(comparison.Lost), Number(comparison.Changed),
                Number(comparison.Rewritten), Number(comparison.Deleted),
            ]
            : counts;
    }

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>Gathers what DPS reports into rows, each stored by itself: a million records are not held in memory.</summary>
    private sealed class PageWriter(PortalContext context, long run)
    {
        private readonly List<RecordReading> _waiting = new(RecordsInRow);
        private int _written;

        public async ValueTask AddAsync(IReadOnlyList<RecordReading> readings, CancellationToken cancellationToken)
        {
            _waiting.AddRange(readings);
            if (_waiting.Count >= RecordsInRow)
            {
                await WriteAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        public async Task<int> EndAsync(CancellationToken cancellationToken)
        {
            if (_waiting.Count > 0 || _written == 0)
            {
                await WriteAsync(cancellationToken).ConfigureAwait(false);
            }

            return _written;
        }

        private async Task WriteAsync(CancellationToken cancellationToken)
        {
            var page = context.Add(new VerificationPageRow { Run = run, Position = _written++, Content = ReadingPages.Write(_waiting) });
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            page.State = EntityState.Detached;
            _waiting.Clear();
        }
    }
}
