using System.Text.Json;
using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Management;

// Bodies in Azure Resource Manager's form.

internal sealed record ArmList<T>(IReadOnlyList<T> Value);

internal sealed record SubscriptionBody(
    string Id, string SubscriptionId, Guid TenantId, string DisplayName, string State, string AuthorizationSource, IReadOnlyList<JsonElement> ManagedByTenants);

internal sealed record ResourceBody(string Id, string Name, string Type, string Location, IReadOnlyDictionary<string, string> Tags);

internal sealed record VaultPutBody(string? Location, IReadOnlyDictionary<string, string?>? Tags, VaultPutProperties? Properties);

internal sealed record VaultPatchBody(IReadOnlyDictionary<string, string?>? Tags, VaultPutProperties? Properties);

internal sealed record VaultPutProperties(
    Guid? TenantId, SkuBody? Sku, IReadOnlyList<JsonElement>? AccessPolicies, bool? EnableRbacAuthorization, bool? EnableSoftDelete,
    int? SoftDeleteRetentionInDays,
    bool? EnablePurgeProtection, NetworkAclsBody? NetworkAcls, string? PublicNetworkAccess, string? CreateMode)
{
    public static readonly VaultPutProperties None = new(null, null, null, null, null, null, null, null, null, null);
}

internal sealed record VaultBody(string Id, string Name, string Type, string Location, IReadOnlyDictionary<string, string> Tags, VaultProperties Properties)
{
    public static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();
}

internal sealed record VaultProperties(
    Guid TenantId, SkuBody Sku, IReadOnlyList<JsonElement> AccessPolicies, bool EnableRbacAuthorization, bool EnableSoftDelete, int SoftDeleteRetentionInDays,
    bool? EnablePurgeProtection, NetworkAclsBody NetworkAcls, string PublicNetworkAccess, string VaultUri, string ProvisioningState);

internal sealed record SkuBody(string? Family, string? Name);

internal sealed record NetworkAclsBody(
    string? Bypass, string? DefaultAction, IReadOnlyList<IpRuleBody?>? IpRules, IReadOnlyList<JsonElement>? VirtualNetworkRules);

internal sealed record IpRuleBody(string? Value);

internal sealed record DeletedVaultBody(string Id, string Name, string Type, DeletedVaultProperties Properties);

internal sealed record DeletedVaultProperties(
    string VaultId, string Location, IReadOnlyDictionary<string, string> Tags, DateTimeOffset DeletionDate, DateTimeOffset ScheduledPurgeDate,
    bool? PurgeProtectionEnabled);

internal sealed record CheckNameBody(string? Name);

internal sealed record NameVerdict(bool NameAvailable, string? Reason, string? Message);

internal sealed record RoleAssignmentPutBody(RoleAssignmentPutProperties? Properties);

internal sealed record RoleAssignmentPutProperties(string? RoleDefinitionId, Guid? PrincipalId, string? PrincipalType);

internal sealed record RoleAssignmentBody(string Id, string Name, string Type, RoleAssignmentProperties Properties);

internal sealed record RoleAssignmentProperties(string RoleDefinitionId, Guid PrincipalId, string PrincipalType, string Scope, DateTimeOffset CreatedOn);

internal sealed record IdentityPutBody(string? Location);

internal sealed record IdentityBody(string Id, string Name, string Type, string Location, IdentityProperties Properties);

internal sealed record IdentityProperties(Guid TenantId, Guid PrincipalId, Guid ClientId);

internal sealed record RoleDefinitionBody(string Id, string Name, string Type, RoleDefinitionProperties Properties);

internal sealed record RoleDefinitionProperties(
    string RoleName, string Type, string Description, IReadOnlyList<string> AssignableScopes, IReadOnlyList<PermissionBody> Permissions);

internal sealed record PermissionBody(
    IReadOnlyList<string> Actions, IReadOnlyList<string> NotActions, IReadOnlyList<string> DataActions, IReadOnlyList<string> NotDataActions);

internal sealed record ApplicationBody(string Id, string Name, string Type, ApplicationProperties Properties);

/// <param name="PrincipalId">What a role assignment names.</param>
/// <param name="PasswordCredentials">Only in the answer that makes the application.</param>
internal sealed record ApplicationProperties(
    Guid TenantId, Guid AppId, Guid PrincipalId, DateTimeOffset CreatedDateTime, IReadOnlyList<PasswordCredentialBody>? PasswordCredentials);

/// <summary>Holds a secret: prints only its type name.</summary>
internal sealed record PasswordCredentialBody(string SecretText)
{
    public override string ToString() => nameof(PasswordCredentialBody);
}

internal sealed record SettingsPatchBody(SettingsPatchProperties? Properties);

internal sealed record SettingsPatchProperties(string? RolePropagationDelay, bool? Throttling);

internal sealed record SettingsBody(string Id, string Name, string Type, SettingsProperties Properties);

/// <param name="RolePropagationDelay">ISO 8601.</param>
internal sealed record SettingsProperties(string RolePropagationDelay, bool Throttling);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubscriptionBody))]
[JsonSerializable(typeof(ArmList<SubscriptionBody>), TypeInfoPropertyName = "SubscriptionList")]
[JsonSerializable(typeof(ArmList<ResourceBody>), TypeInfoPropertyName = "ResourceList")]
[JsonSerializable(typeof(VaultPutBody))]
[JsonSerializable(typeof(VaultPatchBody))]
[JsonSerializable(typeof(VaultBody))]
[JsonSerializable(typeof(ArmList<VaultBody>), TypeInfoPropertyName = "VaultList")]
[JsonSerializable(typeof(DeletedVaultBody))]
[JsonSerializable(typeof(ArmList<DeletedVaultBody>), TypeInfoPropertyName = "DeletedVaultList")]
[JsonSerializable(typeof(CheckNameBody))]
[JsonSerializable(typeof(NameVerdict))]
[JsonSerializable(typeof(StoredNetworkRules))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(RoleAssignmentPutBody))]
[JsonSerializable(typeof(RoleAssignmentBody))]
[JsonSerializable(typeof(ArmList<RoleAssignmentBody>), TypeInfoPropertyName = "RoleAssignmentList")]
[JsonSerializable(typeof(IdentityPutBody))]
[JsonSerializable(typeof(IdentityBody))]
[JsonSerializable(typeof(ArmList<IdentityBody>), TypeInfoPropertyName = "IdentityList")]
[JsonSerializable(typeof(RoleDefinitionBody))]
[JsonSerializable(typeof(ArmList<RoleDefinitionBody>), TypeInfoPropertyName = "RoleDefinitionList")]
[JsonSerializable(typeof(ApplicationBody))]
[JsonSerializable(typeof(ArmList<ApplicationBody>), TypeInfoPropertyName = "ApplicationList")]
[JsonSerializable(typeof(SettingsPatchBody))]
[JsonSerializable(typeof(SettingsBody))]
internal sealed partial class ManagementJson : JsonSerializerContext;
