namespace DpsPortal.KeyVault.Schedule;

/// <param name="Due">What is due, in the order in which it came due.</param>
/// <param name="Next">When the next action will be due, or null where none will.</param>
internal sealed record Agenda(IReadOnlyList<DueAction> Due, DateTimeOffset? Next);
