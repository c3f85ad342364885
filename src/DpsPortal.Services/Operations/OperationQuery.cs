namespace DpsPortal.Services.Operations;

/// <summary>Each given member narrows the list.</summary>
/// <param name="Search">Parts of the subject or of who began it, without case.</param>
/// <param name="Before">The page of those begun before this one.</param>
/// <param name="After">The page of those begun after this one; not with <paramref name="Before"/>.</param>
/// <param name="Count">1 to 200.</param>
public sealed record OperationQuery(
    OperationKind? Kind = null, OperationState? State = null, string? Search = null, Guid? Before = null, Guid? After = null, int Count = 20);
