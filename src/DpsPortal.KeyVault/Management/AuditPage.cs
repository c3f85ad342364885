using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Management;

internal sealed record AuditPage(IReadOnlyList<AuditEventBody> Value, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextLink);
