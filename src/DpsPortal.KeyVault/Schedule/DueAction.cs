using DpsPortal.KeyVault.Keys;

namespace DpsPortal.KeyVault.Schedule;

/// <summary>Something that time alone makes happen to a key.</summary>
/// <param name="At">When it is due, by the domain clock.</param>
internal sealed record DueAction(DueKind Kind, StoredKey Key, DateTimeOffset At);
