using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>Microsoft.ManagedIdentity/userAssignedIdentities, api-version 2023-01-31.</summary>
internal sealed class IdentityEndpoints(ManagementPlane plane, ManagedIdentities identities, EmbeddedKeyVaultOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        const string Group = "/subscriptions/{subscription}/resourceGroups/{group}/providers/" + ManagedIdentity.Type;
        routes.MapPut(Group + "/{identity}", plane.Handle("IdentityPut", PutAsync));
        routes.MapGet(Group + "/{identity}", plane.Handle("IdentityGet", Get));
        routes.MapDelete(Group + "/{identity}", plane.Handle("IdentityDelete", DeleteAsync));
        routes.MapGet(Group, plane.Handle("IdentityList", List));
    }

    private async ValueTask<Answer> PutAsync(ManagementRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, ManagementJson.Default.IdentityPutBody).ConfigureAwait(false) is not { Location: { } location })
        {
            return ArmErrors.InvalidBody;
        }

        var (group, name) = (request.Route("group"), request.Route("identity"));
        if (!ResourceName.IsValid(group) || !ResourceName.IsValid(name) || !ResourceName.IsValid(location))
        {
            return ArmErrors.BadRequest("InvalidParameter", $"Resource group, identity and location {ResourceName.Rule}.");
        }

        var (identity, isNew) = await identities.PutAsync(group, name, location, request.Audit).ConfigureAwait(false);
        return Answer.Of(isNew ? 201 : 200, ToBody(identity), ManagementJson.Default.IdentityBody);
    }

    private ValueTask<Answer> Get(ManagementRequest request)
    {
        var (group, name) = (request.Route("group"), request.Route("identity"));
        return ValueTask.FromResult<Answer>(identities.Find(group, name) is { } identity
            ? Answer.Ok(ToBody(identity), ManagementJson.Default.IdentityBody)
            : ArmErrors.ResourceNotFound(ManagedIdentity.Type, name, group));
    }

    private async ValueTask<Answer> DeleteAsync(ManagementRequest request) =>
        await identities.RemoveAsync(request.Route("group"), request.Route("identity"), request.Audit).ConfigureAwait(false) is { } removed
            ? Answer.Ok(ToBody(removed), ManagementJson.Default.IdentityBody)
            : Answer.NoContent;

    private ValueTask<Answer> List(ManagementRequest request)
    {
        var found = identities.All.Where(identity => identity.ResourceGroup.Equals(request.Route("group"), StringComparison.OrdinalIgnoreCase));
        return ValueTask.FromResult(Answer.Ok(new ArmList<IdentityBody>(found.Select(ToBody).ToList()), ManagementJson.Default.IdentityList));
    }

    private IdentityBody ToBody(ManagedIdentity identity) => new(
        identity.ResourceId(options.SubscriptionId), identity.Name, ManagedIdentity.Type, identity.Location, new IdentityProperties(
            options.TenantId, identity.PrincipalId, identity.ClientId));
}
