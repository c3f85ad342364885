using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Verification;

/// <summary>
/// Compares two readings record by record. DPS gives each write a greater revision and encrypts the content for it, so a record with a
/// later one than DPS had given when the earlier reading began was written by DPS since; nothing else may differ.
/// </summary>
/// <param name="with">The earlier reading.</param>
/// <param name="since">The newest revision when that began.</param>
/// <param name="findDeletions">Asks DPS for the deletions that it has on record.</param>
internal sealed class RecordComparer(
    ComparedReading with, long since, Func<IReadOnlyCollection<RecordName>, ValueTask<IReadOnlyList<RecordDeletion>>> findDeletions)
{
    private const int AskedAtOnce = 512;

    private readonly Dictionary<RecordName, long> _missing = [];
    private readonly List<RecordFinding> _findings = [];
    private long _unchanged;
    private long _rewritten;
    private long _new;
    private long _deleted;
    private long _lost;
    private long _changed;
    private long _unreadable;
    private long _notCompared;

    /// <param name="earlier">Ordered by kind and id (ordinal), like <paramref name="later"/>.</param>
    public async Task<RecordComparison> CompareAsync(IAsyncEnumerable<RecordReading> earlier, IAsyncEnumerable<RecordReading> later)
    {
#pragma warning disable CA2007 // The enumerator was configured where it was made.
        await using var before = earlier.ConfigureAwait(false).GetAsyncEnumerator();
        await using var now = later.ConfigureAwait(false).GetAsyncEnumerator();
#pragma warning restore CA2007
        var (hasBefore, hasNow) = (await before.MoveNextAsync(), await now.MoveNextAsync());
        while (hasBefore || hasNow)
        {
            var order = !hasBefore ? 1 : !hasNow ? -1 : Order(before.Current, now.Current);
            if (order < 0)
            {
                await MissAsync(before.Current).ConfigureAwait(false);
            }
            else
            {
                Meet(order == 0 ? before.Current : null, now.Current);
            }

            hasBefore = order > 0 ? hasBefore : await before.MoveNextAsync();
            hasNow = order < 0 ? hasNow : await now.MoveNextAsync();
        }

        await AskForMissingAsync().ConfigureAwait(false);
        return new RecordComparison(with, _unchanged, _rewritten, _new, _deleted, _lost, _changed, _unreadable, _notCompared, _findings);
    }

    private void Meet(RecordReading? before, RecordReading now)
    {
        switch (now.Result, before?.Result)
        {
            case (RecordReadingResult.Corrupt, _):
                _unreadable++;
                Find(RecordFindingKind.Unreadable, now);
                break;
            case (RecordReadingResult.Read, null or RecordReadingResult.Read):
                Compare(before, now);
                break;
            default:
                _notCompared++;
                break;
        }
    }

    private void Compare(RecordReading? before, RecordReading now)
    {
        if (before is { } read && read.Revision == now.Revision && read.Fingerprint == now.Fingerprint)
        {
            _unchanged++;
        }
        else if (now.Revision > Math.Max(since, before?.Revision ?? 0))
        {
            _rewritten += before is null ? 0 : 1;
            _new += before is null ? 1 : 0;
        }
        else
        {
            // Another content under the same revision, an older one put back, or one that was not there and that nobody has written since.
            _changed++;
            Find(RecordFindingKind.Changed, now);
        }
    }

    private async ValueTask MissAsync(RecordReading before)
    {
        _missing[new RecordName(before.Kind, before.Id)] = before.Revision;
        if (_missing.Count == AskedAtOnce)
        {
            await AskForMissingAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask AskForMissingAsync()
    {
        if (_missing.Count == 0)
        {
            return;
        }

        var known = (await findDeletions(_missing.Keys).ConfigureAwait(false))
            .ToDictionary(deletion => new RecordName(deletion.Kind, deletion.Id), deletion => deletion.Revision);
        foreach (var (name, revision) in _missing)
        {
            // A deletion of a record that was written anew afterwards explains nothing.
            if (known.TryGetValue(name, out var deletedAt) && deletedAt > revision)
            {
                _deleted++;
            }
            else
            {
                _lost++;
                Find(RecordFindingKind.Lost, new RecordReading(name.Kind, name.Id, revision, default, default));
            }
        }

        _missing.Clear();
    }

    private void Find(RecordFindingKind what, RecordReading record)
    {
        if (_findings.Count < RecordComparison.MostFindings)
        {
            _findings.Add(new RecordFinding(what, record.Kind, record.Id));
        }
    }

    private static int Order(in RecordReading left, in RecordReading right) =>
        left.Kind != right.Kind ? left.Kind.CompareTo(right.Kind) : string.CompareOrdinal(left.Id, right.Id);
}
