using System.Text.RegularExpressions;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>Microsoft.Authorization/roleAssignments, api-version 2022-04-01, at a subscription, resource group, vault or key.</summary>
internal sealed partial class RoleAssignmentEndpoints(
    ManagementPlane plane, RoleAssignments assignments, VaultRegistry vaults, EmbeddedKeyVaultOptions options, TimeProvider systemClock)
{
    private const string Provider = "/providers/Microsoft.Authorization/";
    private const string Group = "/subscriptions/{subscription}/resourceGroups/{group}";
    private const string Vault = Group + "/providers/Microsoft.KeyVault/vaults/{vault}";
    public static readonly string[] Scopes = ["/subscriptions/{subscription}", Group, Vault, Vault + "/keys/{key}"];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var scope in Scopes)
        {
            var collection = scope + Provider + "roleAssignments";
            routes.MapPut(collection + "/{assignment}", plane.Handle("RoleAssignmentPut", PutAsync));
            routes.MapGet(collection + "/{assignment}", plane.Handle("RoleAssignmentGet", Get));
            routes.MapDelete(collection + "/{assignment}", plane.Handle("RoleAssignmentDelete", DeleteAsync));
            routes.MapGet(collection, plane.Handle("RoleAssignmentList", List));
        }
    }

    private async ValueTask<Answer> PutAsync(ManagementRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, ManagementJson.Default.RoleAssignmentPutBody).ConfigureAwait(false)
            is not { Properties: { RoleDefinitionId: { } roleId, PrincipalId: { } principalId } properties })
        {
            return ArmErrors.InvalidBody;
        }

        if (!Guid.TryParse(request.Route("assignment"), out var name))
        {
            return ArmErrors.BadRequest("InvalidRoleAssignmentId", "The name of a role assignment must be a GUID.");
        }

        if (!Guid.TryParse(roleId[(roleId.LastIndexOf('/') + 1)..], out var roleGuid) || BuiltInRole.Find(roleGuid) is not { } role)
        {
            return ArmErrors.BadRequest("RoleDefinitionDoesNotExist", $"The specified role definition '{roleId}' does not exist.");
        }

        if (ScopeFault(request) is { } fault)
        {
            return fault;
        }

        var assignment = new RoleAssignment(name, ScopeOf(request), role, principalId, properties.PrincipalType ?? "ServicePrincipal", systemClock.GetUtcNow());
        return await assignments.AddAsync(assignment, request.Audit, () => ScopeFault(request) is null).ConfigureAwait(false) switch
        {
            AddResult.Added added => Answer.Of(201, ToBody(added.Assignment), ManagementJson.Default.RoleAssignmentBody),
            AddResult.Unchanged unchanged => Answer.Ok(ToBody(unchanged.Assignment), ManagementJson.Default.RoleAssignmentBody),
            AddResult.ScopeGone => ArmErrors.ResourceNotFound(VaultPolicy.Type, request.Route("vault"), request.Route("group")),
            AddResult.NameTaken =>
                ArmErrors.Conflict("RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."),
            _ => ArmErrors.Conflict("RoleAssignmentExists", "The role assignment already exists."),
        };
    }

    private ValueTask<Answer> Get(ManagementRequest request) => ValueTask.FromResult<Answer>(
        Guid.TryParse(request.Route("assignment"), out var name) && assignments.Find(name) is { } found && found.IsAt(ScopeOf(request))
            ? Answer.Ok(ToBody(found), ManagementJson.Default.RoleAssignmentBody)
            : ArmErrors.NotFound("RoleAssignmentNotFound", $"The role assignment '{request.Route("assignment")}' is not found."));

    private async ValueTask<Answer> DeleteAsync(ManagementRequest request) =>
        Guid.TryParse(request.Route("assignment"), out var name)
        && await assignments.RemoveAsync(name, ScopeOf(request), request.Audit).ConfigureAwait(false) is { } removed
            ? Answer.Ok(ToBody(removed), ManagementJson.Default.RoleAssignmentBody)
            : Answer.NoContent;

    /// <summary>Without atScope(), assignments below the scope are listed too.</summary>
    private ValueTask<Answer> List(ManagementRequest request)
    {
        if (Filter().Match(request.Http.Request.Query["$filter"].ToString()) is not { Success: true } filter)
        {
            return ValueTask.FromResult<Answer>(ArmErrors.BadRequest("InvalidFilter", "$filter may be atScope(), principalId eq '…' or both, joined by and."));
        }

        var scope = ScopeOf(request);
        var atScope = filter.Groups["at"].Success;
        Guid? principal = filter.Groups["principal"].Success ? Guid.Parse(filter.Groups["principal"].ValueSpan) : null;
        var found = assignments.All
            .Where(assignment => assignment.Covers(scope) || (!atScope && assignment.IsWithin(scope)))
            .Where(assignment => principal is null || assignment.PrincipalId == principal);
        return ValueTask.FromResult(Answer.Ok(new ArmList<RoleAssignmentBody>(found.Select(ToBody).ToList()), ManagementJson.Default.RoleAssignmentList));
    }

    private VaultError? ScopeFault(ManagementRequest request)
    {
        var values = request.Http.Request.RouteValues;
        if (values["vault"] is string name
            && !(vaults.Find(name)?.ResourceGroup.Equals((string?)values["group"], StringComparison.OrdinalIgnoreCase) ?? false))
        {
            return ArmErrors.ResourceNotFound(VaultPolicy.Type, name, request.Route("group"));
        }

        return values["key"] is string key && !KeyName.IsValid(key)
            ? ArmErrors.BadRequest("InvalidScope", $"'{key}' is not a key name.")
            : null;
    }

    private static string ScopeOf(ManagementRequest request)
    {
        var path = request.Http.Request.Path.ToString();
        return path[..path.LastIndexOf(Provider, StringComparison.OrdinalIgnoreCase)];
    }

    private RoleAssignmentBody ToBody(RoleAssignment assignment) => new(
        $"{assignment.Scope}{Provider}roleAssignments/{assignment.Name}", assignment.Name.ToString(), "Microsoft.Authorization/roleAssignments",
        new RoleAssignmentProperties(
            $"/subscriptions/{options.SubscriptionId}{Provider}roleDefinitions/{assignment.Role.Id}",
            assignment.PrincipalId, assignment.PrincipalType, assignment.Scope, assignment.Created));

    [GeneratedRegex(
        @"^(?<at>atScope\(\)(\z| and (?=.)))?((principalId eq|assignedTo\() ?'(?<principal>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})'\)?)?\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex Filter();
}
