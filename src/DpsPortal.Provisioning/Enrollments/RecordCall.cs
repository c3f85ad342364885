using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>One call of the data plane, as the operations log names it.</summary>
/// <param name="Operation">Column OperationName of DPS's diagnostic log.</param>
/// <param name="Started">Timestamp of the system clock.</param>
internal readonly record struct RecordCall(Caller Caller, string Operation, RecordKind Kind, string Id, long Started);
