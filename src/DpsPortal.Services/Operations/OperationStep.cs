namespace DpsPortal.Services.Operations;

/// <summary>A step of an operation, in the order in which they are taken. Times are the domain clock's.</summary>
/// <param name="Code">Stable name; the portal's text is the resource <c>Step_{Code}</c>.</param>
/// <param name="Arguments">What the step concerns (an instance, a version), in order.</param>
public sealed record OperationStep(
    string Code,
    IReadOnlyList<string> Arguments,
    StepState State,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt);
