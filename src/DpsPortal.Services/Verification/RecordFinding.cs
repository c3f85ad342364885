using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Verification;

/// <summary>A record that is not what DPS says it should be.</summary>
public sealed record RecordFinding(RecordFindingKind What, RecordKind Kind, string Id);
