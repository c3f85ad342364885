using System.Net;
using DpsPortal.KeyVault.Http;

namespace DpsPortal.KeyVault.Management;

/// <summary>Checks what a client sent. What cannot be honoured is refused rather than stored.</summary>
internal static class VaultInput
{
    private const int MostTags = 15;
    private const int LongestTag = 256;
    private const int MostRules = 1000;
    private const string Allow = "Allow";
    private const string Deny = "Deny";
    private const string AzureServices = "AzureServices";
    private const string None = "None";
    private const string Enabled = "Enabled";
    private const string Disabled = "Disabled";

    public static VaultError? Fault(string name, string group, VaultPutBody body, Guid tenantId)
    {
        if (!VaultName.IsValid(name))
        {
            return ArmErrors.BadRequest("VaultNameNotValid", $"The vault name '{name}' is invalid. It {VaultName.Rule}.");
        }

        if (!ResourceName.IsValid(group) || !ResourceName.IsValid(body.Location))
        {
            return ArmErrors.BadRequest("InvalidParameter", $"Resource group and location {ResourceName.Rule}.");
        }

        return Fault(body.Tags, body.Properties!, tenantId);
    }

    public static VaultError? Fault(IReadOnlyDictionary<string, string?>? tags, VaultPutProperties properties, Guid tenantId)
    {
        if (properties.TenantId is { } tenant && tenant != tenantId)
        {
            return ArmErrors.BadRequest("BadRequest", $"The tenant must be {tenantId}.");
        }

        if (properties.Sku is { } sku && !(IsOneOf(sku.Name, VaultResource.StandardSku, VaultResource.PremiumSku) && Is(sku.Family ?? "A", "A")))
        {
            return ArmErrors.BadRequest("BadRequest", "The sku must be of family A and have the name standard or premium.");
        }

        if (properties.SoftDeleteRetentionInDays is < VaultResource.ShortestRetention or > VaultResource.LongestRetention)
        {
            return ArmErrors.BadRequest(
                "BadRequest", $"softDeleteRetentionInDays must be from {VaultResource.ShortestRetention} to {VaultResource.LongestRetention}.");
        }

        if (properties.EnableRbacAuthorization is false || properties.EnableSoftDelete is false || properties.AccessPolicies is { Count: > 0 })
        {
            return ArmErrors.BadRequest("BadRequest", "This vault supports only Azure RBAC, without access policies, and only with soft delete.");
        }

        return NetworkFault(properties) ?? TagsFault(tags);
    }

    public static NetworkRules Network(NetworkRules known, VaultPutProperties properties)
    {
        var network = properties.NetworkAcls is { } acls
            ? known with
            {
                DeniesByDefault = acls.DefaultAction is { } action ? Is(action, Deny) : known.DeniesByDefault,
                BypassesAzureServices = acls.Bypass is { } bypass ? Is(bypass, AzureServices) : known.BypassesAzureServices,
                Allowed = acls.IpRules is { } rules ? [.. rules.Select(rule => Range(rule!.Value))] : known.Allowed,
            }
            : known;
        return properties.PublicNetworkAccess is { } access ? network with { IsPublic = Is(access, Enabled) } : network;
    }

    public static NetworkAclsBody ToBody(NetworkRules rules) => new(
        rules.BypassesAzureServices ? AzureServices : None, rules.DeniesByDefault ? Deny : Allow,
        [.. rules.Allowed.Select(range => new IpRuleBody(range.ToString()))], []);

    public static string PublicAccess(NetworkRules rules) => rules.IsPublic ? Enabled : Disabled;

    private static VaultError? NetworkFault(VaultPutProperties properties)
    {
        if (!IsOneOf(properties.PublicNetworkAccess ?? Enabled, Enabled, Disabled))
        {
            return ArmErrors.BadRequest("BadRequest", "publicNetworkAccess must be Enabled or Disabled.");
        }

        if (properties.NetworkAcls is not { } acls)
        {
            return null;
        }

        if (acls.VirtualNetworkRules is { Count: > 0 })
        {
            return ArmErrors.BadRequest(
                "BadRequest", "networkAcls.virtualNetworkRules are not supported: there are no virtual networks on a loopback interface. Use ipRules.");
        }

        if (!IsOneOf(acls.DefaultAction ?? Allow, Allow, Deny) || !IsOneOf(acls.Bypass ?? None, AzureServices, None))
        {
            return ArmErrors.BadRequest("BadRequest", "networkAcls.defaultAction must be Allow or Deny, and bypass AzureServices or None.");
        }

        return acls.IpRules is { Count: > MostRules } || acls.IpRules?.All(rule => NetworkRules.TryParse(rule?.Value, out _)) is false
            ? ArmErrors.BadRequest("BadRequest", $"networkAcls.ipRules has more than {MostRules} rules, or one whose value is no address or CIDR range.")
            : null;
    }

    private static VaultError? TagsFault(IReadOnlyDictionary<string, string?>? tags) =>
        tags is null || (tags.Count <= MostTags && tags.All(tag => tag.Key.Length <= LongestTag && (tag.Value?.Length ?? 0) <= LongestTag))
            ? null
            : ArmErrors.BadRequest("InvalidTags", $"A vault has at most {MostTags} tags, whose name and value have at most {LongestTag} characters.");

    private static IPNetwork Range(string? text) =>
        NetworkRules.TryParse(text, out var range) ? range : throw new InvalidOperationException("The rules were not checked.");

    private static bool IsOneOf(string? text, string one, string other) => Is(text, one) || Is(text, other);

    private static bool Is(string? text, string value) => value.Equals(text, StringComparison.OrdinalIgnoreCase);
}
