using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;

namespace DpsPortal.Services.Operations;

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
