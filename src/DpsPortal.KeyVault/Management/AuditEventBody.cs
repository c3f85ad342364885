namespace DpsPortal.KeyVault.Management;

internal sealed record AuditEventBody(
    DateTime Time, string ResourceId, string OperationName, string? OperationVersion, string Category, string ResultType, string ResultSignature,
    string? ResultDescription, string DurationMs, string CallerIpAddress, string CorrelationId, IdentityClaims Identity, AuditPropertiesBody Properties);
