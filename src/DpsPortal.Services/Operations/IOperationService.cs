using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;

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

/// <summary>Each given member narrows the list.</summary>
/// <param name="Search">Parts of the subject or of who began it, without case.</param>
/// <param name="Before">The page of those begun before this one.</param>
/// <param name="After">The page of those begun after this one; not with <paramref name="Before"/>.</param>
/// <param name="Count">1 to 200.</param>
public sealed record OperationQuery(
    OperationKind? Kind = null, OperationState? State = null, string? Search = null, Guid? Before = null, Guid? After = null, int Count = 20);

/// <summary>An operation as it is stored at the moment of the call, its times by the domain clock.</summary>
/// <param name="Subject">The key or instance it concerns, as the portal shows it.</param>
/// <param name="Reason">What the person gave as the reason, when one was asked for.</param>
/// <param name="Failure">Why it did not succeed; not with <see cref="OperationState.Succeeded"/>.</param>
/// <param name="Aftermath">What has become of it since it ended; <see langword="null"/> when it is as it ended.</param>
public sealed record Operation(
    Guid Id,
    OperationKind Kind,
    string Subject,
    OperationState State,
    IReadOnlyList<OperationStep> Steps,
    Person By,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    Refusal? Failure,
    Aftermath? Aftermath = null)
{
    /// <summary>The instances whose access an ended revoke or restore was about, as DPS reports them when this is read.</summary>
    public IReadOnlyList<TouchedInstance> Touched { get; init; } = [];

    /// <summary>What kind of reason a revoke has; <see langword="null"/> of others, and of one from before that was kept.</summary>
    public RevokeWhy? Why { get; init; }

    public bool Ended => FinishedAt is not null;
}

/// <summary>An instance whose access an operation was about.</summary>
/// <param name="Access"><see langword="null"/> when DPS has no such instance any more, or it needs no key of the customer's.</param>
public sealed record TouchedInstance(string Name, KeyAccessStatus? Access);

/// <summary>What became of an operation after its end: read back when it is shown, not remembered.</summary>
/// <param name="Operation">The restore, or the later revocation, when one did it.</param>
public sealed record Aftermath(AftermathKind Kind, DateTimeOffset ReadAt, Guid? Operation = null);

/// <summary>What may have become of an operation since it ended.</summary>
public enum AftermathKind
{
    /// <summary>It was not confirmed or only partly done, and that is still so.</summary>
    Open,

    /// <summary>What it had not seen has come about since, as DPS reports now.</summary>
    EffectCame,

    /// <summary>A restore has given back what it took, what another revocation wants off apart.</summary>
    Restored,

    /// <summary>What it took was given back outside the portal.</summary>
    UndoneOutside,

    /// <summary>What it had prepared and left is gone.</summary>
    TakenBack,

    /// <summary>A later revocation has taken the access again that a restore gave back, before DPS saw it.</summary>
    RevokedAgain,

    /// <summary>What a restore had given back, or a part of it, was taken again outside the portal, before DPS saw it.</summary>
    TakenOutside,
}

/// <summary>What an operation does.</summary>
public enum OperationKind
{
    CreateInstance,
    Rotate,
    PickUp,
    Revoke,
    Restore,
    Rekey,
    Reencrypt,

    /// <summary>What is stored of it names no kind; only with <see cref="OperationState.Unreadable"/>.</summary>
    Unknown,
}

/// <summary>How far an operation is, or how it ended.</summary>
public enum OperationState
{
    Running,

    /// <summary>A dependency does not answer; it will be tried again by itself.</summary>
    Waiting,

    Succeeded,

    /// <summary>It could not be done, and nothing of it is left.</summary>
    Failed,

    /// <summary>All was changed, but DPS could not confirm the effect.</summary>
    Unconfirmed,

    /// <summary>Something lasting was changed, and not all that it should have been.</summary>
    Partial,

    /// <summary>
    /// What is stored of it is damaged: what it did is not known. Steps and failure are empty then, and a time that cannot be read is
    /// <see cref="DateTimeOffset.UnixEpoch"/>. Never stored.
    /// </summary>
    Unreadable,
}

/// <summary>A step of an operation, in the order in which they are taken. Times are the domain clock's.</summary>
/// <param name="Code">Stable name; the portal's text is the resource <c>Step_{Code}</c>.</param>
/// <param name="Arguments">What the step concerns (an instance, a version), in order.</param>
public sealed record OperationStep(
    string Code,
    IReadOnlyList<string> Arguments,
    StepState State,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt);

/// <summary>How far a step is.</summary>
public enum StepState
{
    Pending,
    Running,
    Done,
    Failed,
}

/// <summary>The step codes, each with a text in the portal's resources.</summary>
public static class StepCodes
{
    public const string PrepareIdentity = nameof(PrepareIdentity);
    public const string AssignRole = nameof(AssignRole);
    public const string ProveAccess = nameof(ProveAccess);
    public const string CreateInstance = nameof(CreateInstance);
    public const string CreateVersion = nameof(CreateVersion);
    public const string RewrapInstance = nameof(RewrapInstance);
    public const string PruneInstance = nameof(PruneInstance);
    public const string ConfirmCoverage = nameof(ConfirmCoverage);
    public const string FenceVersion = nameof(FenceVersion);
    public const string DisableVersion = nameof(DisableVersion);
    public const string RemoveRoleAssignment = nameof(RemoveRoleAssignment);
    public const string ConfirmRevoked = nameof(ConfirmRevoked);
    public const string EnableVersion = nameof(EnableVersion);

    /// <summary>DPS wraps under a version again that was enabled at the vault.</summary>
    public const string LiftFence = nameof(LiftFence);
    public const string RestoreRoleAssignment = nameof(RestoreRoleAssignment);
    public const string ConfirmRestored = nameof(ConfirmRestored);

    /// <summary>A restore leaves what another revocation wants off.</summary>
    public const string LeaveOff = nameof(LeaveOff);
    public const string RekeyInstance = nameof(RekeyInstance);
    public const string ConfirmRekeyed = nameof(ConfirmRekeyed);

    /// <summary>DPS writes every record of an instance anew.</summary>
    public const string ReencryptRecords = nameof(ReencryptRecords);
}
