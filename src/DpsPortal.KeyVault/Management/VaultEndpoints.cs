using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>Microsoft.KeyVault/vaults, api-version 2023-07-01: create or update, get, list.</summary>
internal sealed class VaultEndpoints(ManagementPlane plane, VaultRegistry vaults, EmbeddedKeyVaultOptions options, TimeProvider domainClock)
{
    private const string Type = "Microsoft.KeyVault/vaults";
    private static readonly NetworkAclsBody OpenToAll = new("AzureServices", "Allow");

    public void Map(IEndpointRouteBuilder routes)
    {
        const string Group = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults";
        routes.MapPut(Group + "/{vault}", plane.Handle("VaultPut", PutAsync));
        routes.MapGet(Group + "/{vault}", plane.Handle("VaultGet", Get));
        routes.MapGet(Group, plane.Handle("VaultList", List));
        routes.MapGet("/subscriptions/{subscription}/providers/Microsoft.KeyVault/vaults", plane.Handle("VaultList", List));
    }

    private async ValueTask<Answer> PutAsync(ManagementRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, ManagementJson.Default.VaultPutBody) is not { Location: { } location, Properties: { } properties })
        {
            return ArmErrors.InvalidBody;
        }
        var (name, group) = (request.Route("vault"), request.Route("group"));
        var known = vaults.Find(name);
        if ((Fault(name, group, location, properties) ?? Conflict(known, group, properties)) is { } fault)
        {
            return fault;
        }
        var vault = new VaultResource(
            name, group, location, properties.EnablePurgeProtection ?? false,
            properties.SoftDeleteRetentionInDays ?? VaultResource.LongestRetention, domainClock.GetUtcNow());
        return ToAnswer(await vaults.PutAsync(vault, request.Audit));
    }

    private ValueTask<Answer> Get(ManagementRequest request)
    {
        var (name, group) = (request.Route("vault"), request.Route("group"));
        return ValueTask.FromResult<Answer>(vaults.Find(name) is { } vault && vault.ResourceGroup.Equals(group, StringComparison.OrdinalIgnoreCase)
            ? ToAnswer(vault)
            : ArmErrors.ResourceNotFound(Type, name, group));
    }

    private ValueTask<Answer> List(ManagementRequest request)
    {
        var group = request.Http.Request.RouteValues["group"] as string;
        var found = vaults.All.Where(vault => group is null || vault.ResourceGroup.Equals(group, StringComparison.OrdinalIgnoreCase));
        return ValueTask.FromResult(Answer.Ok(new ArmList<VaultBody>(found.Select(ToBody).ToList()), ManagementJson.Default.VaultList));
    }

    /// <summary>What cannot be honoured is refused rather than stored.</summary>
    private VaultError? Fault(string name, string group, string location, VaultPutProperties properties)
    {
        if (!VaultName.IsValid(name))
        {
            return ArmErrors.BadRequest("VaultNameNotValid", $"The vault name '{name}' is invalid. It {VaultName.Rule}.");
        }
        if (!ResourceName.IsValid(group) || !ResourceName.IsValid(location))
        {
            return ArmErrors.BadRequest("InvalidParameter", $"Resource group and location {ResourceName.Rule}.");
        }
        if (properties.TenantId is { } tenant && tenant != options.TenantId)
        {
            return ArmErrors.BadRequest("BadRequest", $"The tenant must be {options.TenantId}.");
        }
        if (properties.SoftDeleteRetentionInDays is < VaultResource.ShortestRetention or > VaultResource.LongestRetention)
        {
            return ArmErrors.BadRequest("BadRequest", $"softDeleteRetentionInDays must be from {VaultResource.ShortestRetention} to {VaultResource.LongestRetention}.");
        }
        if (properties.EnableRbacAuthorization is false || properties.EnableSoftDelete is false)
        {
            return ArmErrors.BadRequest("BadRequest", "This vault supports only Azure RBAC and only with soft delete.");
        }
        return properties.NetworkAcls?.DefaultAction is { } action && !action.Equals(OpenToAll.DefaultAction, StringComparison.OrdinalIgnoreCase)
            ? ArmErrors.BadRequest("BadRequest", "networkAcls.defaultAction can only be Allow.")
            : null;
    }

    private static VaultError? Conflict(VaultResource? known, string group, VaultPutProperties properties)
    {
        if (known is null)
        {
            return null;
        }
        if (!known.ResourceGroup.Equals(group, StringComparison.OrdinalIgnoreCase))
        {
            return ArmErrors.Conflict("VaultAlreadyExists", $"The vault name '{known.Name}' is already in use. Vault names are globally unique.");
        }
        if (properties.SoftDeleteRetentionInDays is { } days && days != known.RetentionDays)
        {
            return ArmErrors.BadRequest("BadRequest", "The property \"softDeleteRetentionInDays\" has been set already and it can't be modified.");
        }
        return known.PurgeProtection && properties.EnablePurgeProtection is false
            ? ArmErrors.BadRequest("BadRequest", "The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.")
            : null;
    }

    private Answer ToAnswer(VaultResource vault) => Answer.Ok(ToBody(vault), ManagementJson.Default.VaultBody);

    private VaultBody ToBody(VaultResource vault) => new(
        vault.ResourceId(options.SubscriptionId), vault.Name, Type, vault.Location,
        new VaultProperties(
            options.TenantId, new SkuBody("A", "standard"), true, true, vault.RetentionDays, vault.PurgeProtection ? true : null,
            OpenToAll, vault.Address(options.PublicPort), "Succeeded"));
}
