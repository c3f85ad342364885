using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Management;

// Bodies in Azure Resource Manager's form.

internal sealed record ArmList<T>(IReadOnlyList<T> Value);

internal sealed record VaultPutBody(string? Location, VaultPutProperties? Properties);

internal sealed record VaultPutProperties(
    Guid? TenantId, SkuBody? Sku, bool? EnableRbacAuthorization, bool? EnableSoftDelete, int? SoftDeleteRetentionInDays, bool? EnablePurgeProtection, NetworkAclsBody? NetworkAcls);

internal sealed record VaultBody(string Id, string Name, string Type, string Location, VaultProperties Properties);

internal sealed record VaultProperties(
    Guid TenantId, SkuBody Sku, bool EnableRbacAuthorization, bool EnableSoftDelete, int SoftDeleteRetentionInDays, bool? EnablePurgeProtection,
    NetworkAclsBody NetworkAcls, string VaultUri, string ProvisioningState);

internal sealed record SkuBody(string? Family, string? Name);

internal sealed record NetworkAclsBody(string? Bypass, string? DefaultAction);

internal sealed record RoleAssignmentPutBody(RoleAssignmentPutProperties? Properties);

internal sealed record RoleAssignmentPutProperties(string? RoleDefinitionId, Guid? PrincipalId, string? PrincipalType);

internal sealed record RoleAssignmentBody(string Id, string Name, string Type, RoleAssignmentProperties Properties);

internal sealed record RoleAssignmentProperties(string RoleDefinitionId, Guid PrincipalId, string PrincipalType, string Scope, DateTimeOffset CreatedOn);

internal sealed record IdentityPutBody(string? Location);

internal sealed record IdentityBody(string Id, string Name, string Type, string Location, IdentityProperties Properties);

internal sealed record IdentityProperties(Guid TenantId, Guid PrincipalId, Guid ClientId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VaultPutBody))]
[JsonSerializable(typeof(VaultBody))]
[JsonSerializable(typeof(ArmList<VaultBody>), TypeInfoPropertyName = "VaultList")]
[JsonSerializable(typeof(RoleAssignmentPutBody))]
[JsonSerializable(typeof(RoleAssignmentBody))]
[JsonSerializable(typeof(ArmList<RoleAssignmentBody>), TypeInfoPropertyName = "RoleAssignmentList")]
[JsonSerializable(typeof(IdentityPutBody))]
[JsonSerializable(typeof(IdentityBody))]
[JsonSerializable(typeof(ArmList<IdentityBody>), TypeInfoPropertyName = "IdentityList")]
internal sealed partial class ManagementJson : JsonSerializerContext;
