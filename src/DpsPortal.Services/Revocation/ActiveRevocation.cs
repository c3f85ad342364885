using DpsPortal.Services.People;

namespace DpsPortal.Services.Revocation;

/// <summary>A revocation made here that stands, with what the vault and DPS say of it at <paramref name="ReadAt"/>.</summary>
/// <param name="Reason">The words of the person who made it; before <see cref="Why"/> was kept, with the code or its text in front.</param>
/// <param name="Instances">Those that it was to cut off.</param>
/// <param name="Changes">What it took at the vault, each as the vault says that it is now.</param>
/// <param name="Without">Instances that it was to cut off, or keeps out by now, and that DPS reports without access.</param>
/// <param name="ReadAt">When the vault and DPS were read.</param>
public sealed record ActiveRevocation(
    Guid Operation,
    RevocationTarget Target,
    string Reason,
    Person By,
    DateTimeOffset At,
    IReadOnlyList<string> Instances,
    IReadOnlyList<HeldChange> Changes,
    IReadOnlyList<string> Without,
    DateTimeOffset ReadAt)
{
    /// <summary>
    /// Instances that it concerns and that DPS serves all the same at that time: by what it has in memory, or because the way was opened
    /// again.
    /// </summary>
    public IReadOnlyList<string> Served { get; init; } = [];

    /// <summary>What kind of reason it was; <see langword="null"/> of one from before that was kept.</summary>
    public RevokeWhy? Why { get; init; }
}
