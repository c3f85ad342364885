namespace DpsPortal.KeyVault.Management;

internal sealed record AuditPropertiesBody(string? ClientInfo, string RequestUri, string Id, int HttpStatusCode);
