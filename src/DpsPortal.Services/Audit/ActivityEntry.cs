using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Audit;

/// <summary>An entry of the log: codes and arguments, of which pages make words. Its time is the domain clock's, its order the sequence.</summary>
/// <param name="Code">What happened; the portal's text is the resource <c>Activity_{Code}</c>.</param>
/// <param name="By">Who; <see langword="null"/> when the portal noticed it by itself.</param>
/// <param name="Refusal">Why it was refused or has failed.</param>
public sealed record ActivityEntry(
    long Sequence,
    DateTimeOffset At,
    string Code,
    string Subject,
    IReadOnlyList<string> Arguments,
    ActivityResult Result,
    Person? By,
    Guid? Operation,
    Refusal? Refusal);
