using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>The name of an operation in the log, what it concerns and the right that it needs.</summary>
internal sealed record ServiceOperation(string Name, RecordKind Kind, AccessRights Right);
