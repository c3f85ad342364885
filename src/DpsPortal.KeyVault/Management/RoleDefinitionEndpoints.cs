using System.Text.RegularExpressions;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>Microsoft.Authorization/roleDefinitions, api-version 2022-04-01: list and get. There are no custom roles.</summary>
internal sealed partial class RoleDefinitionEndpoints(ManagementPlane plane, EmbeddedKeyVaultOptions options)
{
    private const string Type = "Microsoft.Authorization/roleDefinitions";

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var scope in RoleAssignmentEndpoints.Scopes)
        {
            var collection = $"{scope}/providers/{Type}";
            routes.MapGet(collection, plane.Handle("RoleDefinitionList", List));
            routes.MapGet(collection + "/{role}", plane.Handle("RoleDefinitionGet", Get));
        }
    }

    private ValueTask<Answer> List(ManagementRequest request)
    {
        if (Filter().Match(request.Http.Request.Query["$filter"].ToString()) is not { Success: true } filter)
        {
            return ValueTask.FromResult<Answer>(
                ArmErrors.BadRequest("InvalidFilter", "$filter may be roleName eq '…', type eq 'BuiltInRole' or atScopeAndBelow()."));
        }

        var found = BuiltInRole.All.Where(
            role => filter.Groups["name"] is not { Success: true, Value: var name } || role.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return ValueTask.FromResult(Answer.Ok(new ArmList<RoleDefinitionBody>(found.Select(ToBody).ToList()), ManagementJson.Default.RoleDefinitionList));
    }

    private ValueTask<Answer> Get(ManagementRequest request) => ValueTask.FromResult<Answer>(
        Guid.TryParse(request.Route("role"), out var id) && BuiltInRole.Find(id) is { } role
            ? Answer.Ok(ToBody(role), ManagementJson.Default.RoleDefinitionBody)
            : ArmErrors.NotFound("RoleDefinitionDoesNotExist", $"The specified role definition with ID '{request.Route("role")}' does not exist."));

    private RoleDefinitionBody ToBody(BuiltInRole role) => new(
        $"/subscriptions/{options.SubscriptionId}/providers/{Type}/{role.Id}", role.Id.ToString(), Type,
        new RoleDefinitionProperties(
            role.Name, "BuiltInRole", role.Description, ["/"], [new PermissionBody(role.Actions, role.NotActions, role.Data, [])]));

    [GeneratedRegex(@"^(roleName eq '(?<name>[^']{1,128})'|type eq 'BuiltInRole'|atScopeAndBelow\(\))?\z", RegexOptions.IgnoreCase)]
    private static partial Regex Filter();
}
