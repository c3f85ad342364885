using DpsPortal.Services.People;

namespace DpsPortal.Services.Operations;

/// <summary>Long-running work: durable before it starts, continued after a restart, never forgotten.</summary>
public interface IOperationService
{
    /// <summary>One operation with its steps, and what has become of it since; <see langword="null"/> when there is none.</summary>
    [Requires(Permission.View)]
    Task<Operation?> GetAsync(Person person, Guid id, CancellationToken cancellationToken);

    /// <summary>Newest first, with those that are damaged in the store as <see cref="OperationState.Unreadable"/>.</summary>
    /// <param name="before">Only operations started before this one; <see langword="null"/> for the newest.</param>
    [Requires(Permission.View)]
    Task<IReadOnlyList<Operation>> ListAsync(Person person, Guid? before, int count, CancellationToken cancellationToken);

    /// <summary>A page of the operations that a query leaves, newest first.</summary>
    [Requires(Permission.View)]
    Task<LogPage<Operation>> FindAsync(Person person, OperationQuery query, CancellationToken cancellationToken);

    /// <summary>Completes when the operation has ended; <see langword="null"/> when there is none.</summary>
    [Requires(Permission.View)]
    Task<Operation?> WaitAsync(Person person, Guid id, CancellationToken cancellationToken);
}
