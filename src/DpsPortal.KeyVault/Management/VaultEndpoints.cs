using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>Microsoft.KeyVault/vaults, api-version 2023-07-01: create, recover, update, get, list, delete, and whether a name is free.</summary>
internal sealed class VaultEndpoints(ManagementPlane plane, VaultRegistry vaults, EmbeddedKeyVaultOptions options, TimeProvider domainClock)
{
    private const string Recover = "recover";

    public void Map(IEndpointRouteBuilder routes)
    {
        const string Subscription = "/subscriptions/{subscription}";
        const string Group = Subscription + "/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults";
        routes.MapPut(Group + "/{vault}", plane.Handle("VaultPut", PutAsync));
        routes.MapPatch(Group + "/{vault}", plane.Handle("VaultPatch", PatchAsync));
        routes.MapGet(Group + "/{vault}", plane.Handle("VaultGet", Get));
        routes.MapDelete(Group + "/{vault}", plane.Handle("VaultDelete", DeleteAsync));
        routes.MapGet(Group, plane.Handle("VaultList", List));
        routes.MapGet(Subscription + "/providers/Microsoft.KeyVault/vaults", plane.Handle("VaultList", List));
        routes.MapPost(Subscription + "/providers/Microsoft.KeyVault/checkNameAvailability", plane.Handle("VaultCheckName", CheckNameAsync));
    }

    private async ValueTask<Answer> PutAsync(ManagementRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, ManagementJson.Default.VaultPutBody).ConfigureAwait(false)
            is not { Location: { } location, Properties: { } properties } body)
        {
            return ArmErrors.InvalidBody;
        }

        var (name, group) = (request.Route("vault"), request.Route("group"));
        if (VaultInput.Fault(name, group, body, options.TenantId) is { } fault)
        {
            return fault;
        }

        if (Recover.Equals(properties.CreateMode, StringComparison.OrdinalIgnoreCase))
        {
            request.Audit.OperationName = "VaultRecover";
            return ToAnswer(await vaults.ChangeAsync(name, known => VaultPolicy.Recover(known, name, group, location), request.Audit).ConfigureAwait(false));
        }

        return ToAnswer(
            await vaults.ChangeAsync(name, known => VaultPolicy.Put(known, name, group, body, domainClock.GetUtcNow()), request.Audit).ConfigureAwait(false));
    }

    private async ValueTask<Answer> PatchAsync(ManagementRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, ManagementJson.Default.VaultPatchBody).ConfigureAwait(false) is not { } body)
        {
            return ArmErrors.InvalidBody;
        }

        var (name, group) = (request.Route("vault"), request.Route("group"));
        return VaultInput.Fault(body.Tags, body.Properties ?? VaultPutProperties.None, options.TenantId) is { } fault
            ? fault
            : ToAnswer(await vaults.ChangeAsync(name, known => VaultPolicy.Patch(known, name, group, body), request.Audit).ConfigureAwait(false));
    }

    private ValueTask<Answer> Get(ManagementRequest request)
    {
        var (name, group) = (request.Route("vault"), request.Route("group"));
        return ValueTask.FromResult<Answer>(vaults.Find(name) is { } vault && vault.IsIn(group)
            ? ToAnswer(vault)
            : ArmErrors.ResourceNotFound(VaultPolicy.Type, name, group));
    }

    /// <summary>A vault that is not there is no error: 204.</summary>
    private async ValueTask<Answer> DeleteAsync(ManagementRequest request)
    {
        var (name, group) = (request.Route("vault"), request.Route("group"));
        return await vaults.ChangeAsync(name, known => VaultPolicy.Delete(known, name, group, domainClock.GetUtcNow()), request.Audit).ConfigureAwait(false)
            is VaultDecision.Deleted
            ? new Answer(StatusCodes.Status200OK, default)
            : Answer.NoContent;
    }

    private ValueTask<Answer> List(ManagementRequest request)
    {
        var group = request.Http.Request.RouteValues["group"] as string;
        var found = vaults.All.Where(vault => group is null || vault.IsIn(group));
        return ValueTask.FromResult(Answer.Ok(new ArmList<VaultBody>(found.Select(ToBody).ToList()), ManagementJson.Default.VaultList));
    }

    private async ValueTask<Answer> CheckNameAsync(ManagementRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, ManagementJson.Default.CheckNameBody).ConfigureAwait(false) is not { Name: { } name })
        {
            return ArmErrors.InvalidBody;
        }

        var verdict = !VaultName.IsValid(name)
            ? new NameVerdict(false, "AccountNameInvalid", $"The name '{name}' is invalid. It {VaultName.Rule}.")
            : vaults.FindAny(name) is { } known
                ? new NameVerdict(
                    false, "AlreadyExists", $"The vault name '{known.Name}' is already in use{(known.Deletion is null ? "" : " by a vault in deleted state")}.")
                : new NameVerdict(true, null, null);
        return Answer.Ok(verdict, ManagementJson.Default.NameVerdict);
    }

    private Answer ToAnswer(VaultDecision decision) => decision switch
    {
        VaultDecision.Created { Vault: var vault } => ToAnswer(vault),
        VaultDecision.Changed { Vault: var vault } => ToAnswer(vault),
        _ => ((VaultDecision.Refused)decision).Error,
    };

    private Answer ToAnswer(VaultResource vault) => Answer.Ok(ToBody(vault), ManagementJson.Default.VaultBody);

    private VaultBody ToBody(VaultResource vault) => new(
        vault.ResourceId(options.SubscriptionId), vault.Name, VaultPolicy.Type, vault.Location, vault.Tags ?? VaultBody.NoTags,
        new VaultProperties(
            options.TenantId, new SkuBody("A", vault.Sku), [], true, true, vault.RetentionDays, vault.PurgeProtection ? true : null,
            VaultInput.ToBody(vault.Network), VaultInput.PublicAccess(vault.Network), vault.Address(options.PublicPort), "Succeeded"));
}
