using DpsPortal.Services.People;

namespace DpsPortal.Services.Audit;

/// <summary>Everything administrators did or tried to do here, and every change of access noticed, newest first.</summary>
public interface IActivityLog
{
    /// <summary>The newest entries that a filter leaves.</summary>
    /// <param name="before">Only entries with a smaller sequence number; <see langword="null"/> for the newest.</param>
    [Requires(Permission.View)]
    Task<IReadOnlyList<ActivityEntry>> ListAsync(Person person, ActivityFilter filter, long? before, int count, CancellationToken cancellationToken);

    /// <summary>A page of the entries that a filter leaves.</summary>
    /// <param name="before">Only older ones than this sequence number.</param>
    /// <param name="after">Only newer ones, the nearest; not with <paramref name="before"/>.</param>
    [Requires(Permission.View)]
    Task<LogPage<ActivityEntry>> FindAsync(Person person, ActivityFilter filter, long? before, long? after, int count, CancellationToken cancellationToken);

    /// <summary>Who took the access of these instances away, as far as that is on record.</summary>
    /// <returns>By name; without those whose newest entry about access is no loss, or that have none: of them it is not known.</returns>
    [Requires(Permission.View)]
    Task<IReadOnlyDictionary<string, AccessLoss>> FindLossesAsync(Person person, IReadOnlyCollection<string> instances, CancellationToken cancellationToken);
}
