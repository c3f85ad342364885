using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Audit;

internal sealed class ActivityLog(PortalDatabase database, DomainClock clock, PortalChanges changes) : IActivityLog
{
    private const int LongestPage = 200;

    private static readonly string[] Refusing =
    [
        ActivityCodes.AccessLost, ActivityCodes.AccessLostOutside, ActivityCodes.LeaseEnded, ActivityCodes.VaultUnavailableRefused,
        ActivityCodes.VaultMisanswersRefused,
    ];

    private static readonly string[] Serving =
    [
        ActivityCodes.AccessRegained, ActivityCodes.AccessRegainedOutside, ActivityCodes.AccessVerifiedAgain, ActivityCodes.AccessDegraded,
        ActivityCodes.VaultUnavailableServed, ActivityCodes.VaultMisanswersServed,
    ];

    private static readonly string[] AboutAccess =
        [ActivityCodes.AccessLost, ActivityCodes.AccessLostOutside, ActivityCodes.AccessRegained, ActivityCodes.AccessRegainedOutside];

    public async Task<IReadOnlyList<ActivityEntry>> ListAsync(
        Person person, ActivityFilter filter, long? before, int count, CancellationToken cancellationToken)
    {
        await new Guard(this).DemandViewAsync(person, filter.Subject ?? "", cancellationToken).ConfigureAwait(false);
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = Narrowed(context, filter).Page(before, null, Math.Clamp(count, 1, LongestPage) - 1);
        return [.. (await ReadAsync(context, rows, cancellationToken).ConfigureAwait(false)).Select(ToEntry)];
    }

    public async Task<LogPage<ActivityEntry>> FindAsync(
        Person person, ActivityFilter filter, long? before, long? after, int count, CancellationToken cancellationToken)
    {
        await new Guard(this).DemandViewAsync(person, filter.Subject ?? "", cancellationToken).ConfigureAwait(false);
        var size = Math.Clamp(count, 1, LongestPage);
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var page = await ReadAsync(context, Narrowed(context, filter).Page(before, after, size), cancellationToken).ConfigureAwait(false);
        return page.Select(ToEntry).ToPage(before, after, size, await Narrowed(context, filter).CountedAsync(cancellationToken).ConfigureAwait(false));
    }

    public async Task<IReadOnlyDictionary<string, AccessLoss>> FindLossesAsync(
        Person person, IReadOnlyCollection<string> instances, CancellationToken cancellationToken)
    {
        await new Guard(this).DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        var losses = new Dictionary<string, AccessLoss>();
        if (instances.Count == 0)
        {
            return losses;
        }

        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var newest = context.Activity.Where(row => instances.Contains(row.Subject) && AboutAccess.Contains(row.Code))
            .GroupBy(row => row.Subject)
            .Select(group => group.Max(row => row.Sequence));
        var rows = await ReadAsync(context, context.Activity.Where(row => newest.Contains(row.Sequence)), cancellationToken).ConfigureAwait(false);

        // One revoke takes the access of many.
        var revokes = new Dictionary<Guid, (Person By, DateTimeOffset StartedAt)?>();
        foreach (var row in rows.Where(row => row.Code is ActivityCodes.AccessLost or ActivityCodes.AccessLostOutside))
        {
            var noticed = StoredOperations.TimeOf(row.At);
            if (row is { Code: ActivityCodes.AccessLost, Operation: { } operation } && !revokes.ContainsKey(operation))
            {
                revokes[operation] = await FindWhoAsync(context, operation, cancellationToken).ConfigureAwait(false);
            }

            losses[row.Subject] = row.Code == ActivityCodes.AccessLostOutside ? new AccessLoss(noticed, AccessLossOrigin.Outside)
                : row.Operation is { } revoke && revokes[revoke] is var (by, startedAt) ? new AccessLoss(noticed, AccessLossOrigin.Here, revoke, by, startedAt)
                : new AccessLoss(noticed, AccessLossOrigin.NotKnown);
        }

        return losses;
    }

    /// <summary>Who retired this version, if nobody has enabled it here since.</summary>
    public async Task<Retirement?> FindRetirementAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        var (subject, arguments) = (version.Subject(), Stored.Write<string[]>([version.Version ?? ""]));
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var about = context.Activity.Where(row => row.Subject == subject && row.Result == ActivityResult.Succeeded && row.Arguments == arguments
            && (row.Code == ActivityCodes.VersionRetired || row.Code == ActivityCodes.VersionEnabled));

        // Whose a damaged one is, is not known, and neither is when it was where that is no time.
        return await ReadAsync(context, about.OrderByDescending(row => row.Sequence).Take(1), cancellationToken)
            .ConfigureAwait(false) is [{ Code: ActivityCodes.VersionRetired, By: { } by } retired]
            && StoredOperations.IsTime(retired.At) && Enum.IsDefined(by.Role)
            ? new Retirement(by.ToPerson(), StoredOperations.TimeOf(retired.At))
            : null;
    }

    /// <summary>Writes an entry that stands for itself, in a transaction of its own.</summary>
    public async Task WriteAsync(NewActivity entry, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        Add(context, entry);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        Announce(entry);
    }

    /// <summary>Whether the same has been written before: by code, subject and arguments.</summary>
    public async Task<bool> HasAsync(NewActivity entry, CancellationToken cancellationToken)
    {
        var arguments = ArgumentsOf(entry);
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await context.Activity.AnyAsync(
            row => row.Code == entry.Code && row.Subject == entry.Subject && row.Arguments == arguments, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the newest entry of this code about this subject says the same: by whom, arguments and result.</summary>
    public async Task<bool> SaysAlreadyAsync(NewActivity entry, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await context.Activity.AsNoTracking().Where(row => row.Code == entry.Code && row.Subject == entry.Subject)
            .OrderByDescending(row => row.Sequence).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } newest
            && newest.Result == entry.Result && newest.By?.ObjectId == entry.By?.ObjectId && newest.Arguments == ArgumentsOf(entry);
    }

    /// <summary>Whether the log says last that an instance's records are served; <see langword="null"/> where it says nothing of that.</summary>
    public async Task<bool?> SaysServedAsync(string instance, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await context.Activity.AsNoTracking().Where(row => row.Subject == instance && (Refusing.Contains(row.Code) || Serving.Contains(row.Code)))
            .OrderByDescending(row => row.Sequence).Select(row => row.Code).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } newest
            ? Serving.Contains(newest)
            : null;
    }

    /// <summary>Adds an entry to a change, so that both are stored or neither; <see cref="Announce"/> it after the commit.</summary>
    public void Add(PortalContext context, NewActivity entry) => context.Activity.Add(new ActivityRow
    {
        At = clock.Now.UtcTicks,
        Code = entry.Code,
        Subject = Loggable.Of(entry.Subject),
        Arguments = ArgumentsOf(entry),
        Result = entry.Result,
        By = entry.By is null ? null : PersonColumns.Of(entry.By),
        Operation = entry.Operation,
        Refusal = entry.Refusal is not { } refusal ? null : Stored.Write(new Refusal(refusal.Code, refusal.Field, [.. refusal.Arguments.Select(Loggable.Of)])),
        Keys = [
            .. (entry.Keys ?? []).Select(key => key.Subject()).Distinct().Where(key => key != entry.Subject).Select(key => new ActivityKeyRow { Key = key }),
        ],
    });

    private static string ArgumentsOf(NewActivity entry) => Stored.Write((entry.Arguments ?? []).Select(Loggable.Of).ToArray());

    public void Announce(NewActivity entry) => changes.Publish(PortalChangeKind.Activity, entry.Subject);

    private static IQueryable<ActivityRow> Narrowed(PortalContext context, ActivityFilter filter)
    {
        var rows = context.Activity.AsNoTracking();
        rows = filter.Subject is { } about ? OfSubject(context, rows, KeyIdentifierExtensions.ToSubject(about)) : rows;
        rows = filter.Operation is { } operation ? rows.Where(row => row.Operation == operation) : rows;
        rows = filter.Result is { } result ? rows.Where(row => row.Result == result) : rows;
        return rows.Search(filter.Search, part => row =>
            EF.Functions.Like(row.Subject, part, "\\") || EF.Functions.Like(row.Arguments, part, "\\") || EF.Functions.Like(row.By!.DisplayName, part, "\\"));
    }

    /// <summary>Two look-ups in two indexes; one condition on both would read the whole log.</summary>
    private static IQueryable<ActivityRow> OfSubject(PortalContext context, IQueryable<ActivityRow> rows, string subject)
    {
        var about = context.Activity.Where(row => row.Subject == subject).Select(row => row.Sequence)
            .Union(context.ActivityKeys.Where(row => row.Key == subject).Select(row => row.Sequence));
        return rows.Where(row => about.Contains(row.Sequence));
    }

    /// <summary>One damaged entry is marked and does not hide the others.</summary>
    private static ActivityEntry ToEntry(ActivityRow row)
    {
        try
        {
            return Read(row);
        }
        catch (Exception fault) when (DamagedRows.IsOfContent(fault))
        {
            return new ActivityEntry(
                row.Sequence, StoredOperations.TimeOf(row.At), ActivityCodes.EntryUnreadable, row.Subject, [], ActivityResult.Noticed,
                row.By is { } by && Enum.IsDefined(by.Role) ? by.ToPerson() : null, row.Operation, null);
        }
    }

    /// <summary>These entries, or what can be read of them.</summary>
    private static Task<List<ActivityRow>> ReadAsync(PortalContext context, IQueryable<ActivityRow> which, CancellationToken cancellationToken) =>
        DamagedRows.ToListAsync(which.AsNoTracking(), sequence => StandInAsync(context, sequence, cancellationToken), cancellationToken);

    /// <returns>Who began this operation and when; nothing where that cannot be read, or of one that was damaged and may have been another.</returns>
    private static async Task<(Person By, DateTimeOffset StartedAt)?> FindWhoAsync(PortalContext context, Guid operation, CancellationToken cancellationToken)
    {
        var rows = context.Operations.AsNoTracking().Include(row => row.Steps).Where(row => row.Id == operation);
        try
        {
            return await rows.FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row && new OperationRun(row) is { IsDamaged: false } run
                ? (run.By, run.StartedAt)
                : null;
        }
        catch (Exception fault) when (DamagedRows.IsOfContent(fault))
        {
            return null;
        }
    }

    /// <summary>What can be read of a row that cannot be read as a whole.</summary>
    private static async Task<ActivityRow> StandInAsync(PortalContext context, long sequence, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Activity.AsNoTracking().Where(row => row.Sequence == sequence)
                .Select(row => new ActivityRow { Sequence = row.Sequence, At = row.At, Code = row.Code, Subject = row.Subject, Arguments = "" })
                .SingleAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (DamagedRows.IsOfContent(fault))
        {
            return new ActivityRow { Sequence = sequence, At = -1, Code = "", Subject = "", Arguments = "" };
        }
    }

    private static ActivityEntry Read(ActivityRow row) => new(
        row.Sequence,
        Stored.Time(row.At),
        row.Code,
        row.Subject,
        Stored.Read<string[]>(row.Arguments),
        StoredOperations.Known(row.Result),
        row.By?.ToPerson() is { } by ? by with { Role = StoredOperations.Known(by.Role) } : null,
        row.Operation,
        Stored.ReadRefusal(row.Refusal));
}
