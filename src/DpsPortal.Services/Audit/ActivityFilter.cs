namespace DpsPortal.Services.Audit;

/// <summary>Each given member narrows the list.</summary>
/// <param name="Subject">
/// This instance, or this key (versionless): with a key also what happened to instances because of it, and their moves from and to it.
/// </param>
/// <param name="Search">Parts of the subject, of what is named beside it or of who did it, without case.</param>
public sealed record ActivityFilter(string? Subject = null, Guid? Operation = null, string? Search = null, ActivityResult? Result = null);
