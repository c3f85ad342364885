namespace DpsPortal.Provisioning.Contract;

public readonly record struct RecordName(RecordKind Kind, string Id);
