using System.Text.Json;
using System.Text.Json.Serialization;

namespace DpsPortal.Services.Vaults;

// The part of Azure Resource Manager's bodies that is used here.

internal sealed record ArmPage<T>(IReadOnlyList<T> Value, string? NextLink = null);

internal sealed record ArmVault(string Id, string Name, string Location, ArmVaultProperties Properties);

/// <param name="EnablePurgeProtection">Absent unless it is on.</param>
internal sealed record ArmVaultProperties(Uri VaultUri, bool? EnablePurgeProtection = null, int? SoftDeleteRetentionInDays = null);

internal sealed record ArmDeletedVault(string Name, ArmDeletedVaultProperties Properties);

internal sealed record ArmDeletedVaultProperties(
    string VaultId, string Location, DateTimeOffset? DeletionDate = null, DateTimeOffset? ScheduledPurgeDate = null);

internal sealed record ArmVaultPut(string Location, ArmVaultPutProperties Properties);

internal sealed record ArmVaultPutProperties(
    ArmSku Sku, bool EnableRbacAuthorization, bool EnableSoftDelete, int? SoftDeleteRetentionInDays, bool? EnablePurgeProtection);

internal sealed record ArmSku(string Family, string Name);

internal sealed record ArmIdentity(string Name, ArmIdentityProperties Properties);

internal sealed record ArmIdentityProperties(string ClientId, string PrincipalId);

internal sealed record ArmIdentityPut(string Location);

internal sealed record ArmRoleAssignment(string Id, ArmRoleAssignmentProperties Properties);

internal sealed record ArmRoleAssignmentProperties(
    string RoleDefinitionId, string PrincipalId, string? Scope = null, string? PrincipalType = null, DateTimeOffset? CreatedOn = null);

/// <param name="RoleName">For people.</param>
internal sealed record ArmRoleDefinitionProperties(string? RoleName = null, IReadOnlyList<ArmPermission>? Permissions = null);

internal sealed record ArmRoleDefinition(string Id, ArmRoleDefinitionProperties? Properties = null);

internal sealed record ArmPermission(IReadOnlyList<string>? DataActions = null, IReadOnlyList<string>? NotDataActions = null);

internal sealed record ArmRoleAssignmentPut(ArmRoleAssignmentProperties Properties);

// What lacks something that is used here is no answer of the management endpoint.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ArmPage<ArmVault>))]
[JsonSerializable(typeof(ArmVault))]
[JsonSerializable(typeof(ArmPage<ArmDeletedVault>))]
[JsonSerializable(typeof(ArmVaultPut))]
[JsonSerializable(typeof(ArmPage<ArmIdentity>))]
[JsonSerializable(typeof(ArmIdentity))]
[JsonSerializable(typeof(ArmIdentityPut))]
[JsonSerializable(typeof(ArmPage<ArmRoleAssignment>))]
[JsonSerializable(typeof(ArmRoleAssignment))]
[JsonSerializable(typeof(ArmRoleAssignmentPut))]
[JsonSerializable(typeof(ArmRoleDefinition))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ArmJson : JsonSerializerContext;
