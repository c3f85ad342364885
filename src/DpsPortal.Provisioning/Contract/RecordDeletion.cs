namespace DpsPortal.Provisioning.Contract;

/// <param name="Revision">Later than every revision that the deleted record had.</param>
public sealed record RecordDeletion(RecordKind Kind, string Id, long Revision, DateTimeOffset At);
