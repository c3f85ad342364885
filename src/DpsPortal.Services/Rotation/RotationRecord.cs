using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Rotation;

/// <summary>A rotation of a key as it went: one that was started here, or a version that was made outside the portal. Times are the domain clock's.</summary>
/// <param name="Rewrapped">Instances wrapped under <paramref name="To"/> at the end.</param>
/// <param name="Expected">Instances that should have been.</param>
/// <param name="To">The new version; <see langword="null"/> when the rotation stopped before it was made.</param>
/// <param name="By">Who started it; <see langword="null"/> for a version made outside the portal.</param>
public sealed record RotationRecord(
    Guid? Operation,
    KeyIdentifier? From,
    KeyIdentifier? To,
    int Rewrapped,
    int Expected,
    bool Running,
    Person? By,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt);
