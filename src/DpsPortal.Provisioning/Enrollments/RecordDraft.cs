using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>A record to be stored.</summary>
/// <param name="Write">Writes the clear content; receives the stored content when it asked for it by <paramref name="NeedsStored"/>.</param>
/// <param name="NeedsStored">Whether a replacement takes over something of what is stored.</param>
/// <param name="HandsOutKeys">Whether the caller gets the keys that it writes: the log has that in the same transaction, as it has a reveal.</param>
internal sealed record RecordDraft(
    RecordKind Kind, string Id, string? Group, string Status, bool NeedsStored, Action<SecretBuffer, SecretBuffer?> Write, bool HandsOutKeys = false);
