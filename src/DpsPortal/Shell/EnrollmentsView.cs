namespace DpsPortal.Shell;

/// <summary>What a list of records shows, as its address has it.</summary>
/// <param name="Kind">A name of <see cref="Common.RecordKindNames"/>; without it, enrollment groups.</param>
public sealed record EnrollmentsView(
    string? Kind, string? Group = null, string? Search = null, string? Status = null, bool Descending = false, string? After = null, string? Before = null)
{
    public const string DescendingOrder = "descending";

    /// <summary>The first page of the same.</summary>
    public EnrollmentsView First => this with { After = null, Before = null };
}
