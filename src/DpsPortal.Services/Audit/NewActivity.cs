using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Audit;

/// <summary>An entry about to be written. Sequence and time are given by the log.</summary>
internal sealed record NewActivity(
    string Code,
    string Subject,
    ActivityResult Result,
    Person? By,
    IReadOnlyList<string>? Arguments = null,
    Guid? Operation = null,
    Refusal? Refusal = null);
