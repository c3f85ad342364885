using DpsPortal.KeyVault.Keys;

namespace DpsPortal.KeyVault.Schedule;

/// <summary>Something that time alone makes happen to a key.</summary>
/// <param name="At">When it is due, by the domain clock.</param>
internal sealed record DueAction(DueKind Kind, StoredKey Key, DateTimeOffset At);

internal enum DueKind
{
    Rotate,
    NearExpiry,
    Expired,
    Purge,
}

/// <param name="Due">What is due, in the order in which it came due.</param>
/// <param name="Next">When the next action will be due, or null where none will.</param>
internal sealed record Agenda(IReadOnlyList<DueAction> Due, DateTimeOffset? Next);
