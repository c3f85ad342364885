namespace DpsPortal.Provisioning.Contract;

/// <summary>One record of a verification: enough to tell later whether it is the same, and nothing of what is in it.</summary>
/// <param name="Revision">Its etag as a number. DPS gives every write of an instance a greater one, and contents are encrypted for it.</param>
/// <param name="Fingerprint">
/// Of everything that is stored of it but the encryption, keyed by the instance's own key; it stays the same when keys are rotated,
/// changed or renewed. Zero unless it was read.
/// </param>
public readonly record struct RecordReading(RecordKind Kind, string Id, long Revision, RecordReadingResult Result, UInt128 Fingerprint);
