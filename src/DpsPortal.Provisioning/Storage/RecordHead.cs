namespace DpsPortal.Provisioning.Storage;

/// <summary>What is needed of a stored record to replace it.</summary>
internal readonly record struct RecordHead(long Revision, int Dek, long CreatedAt);
