using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Audit;

/// <summary>An entry about to be written. Sequence and time are given by the log.</summary>
/// <param name="Keys">The keys that it concerns beside its subject, in any version: it is in their activity, too.</param>
internal sealed record NewActivity(
    string Code,
    string Subject,
    ActivityResult Result,
    Person? By,
    IReadOnlyList<string>? Arguments = null,
    Guid? Operation = null,
    Refusal? Refusal = null,
    IReadOnlyList<KeyIdentifier>? Keys = null);
