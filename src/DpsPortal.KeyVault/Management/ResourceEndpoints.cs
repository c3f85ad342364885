using System.Text.RegularExpressions;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>
/// Microsoft.Resources/resources, api-version 2021-04-01: what lies in the resource groups, of every type or of one. Azure's command line lists
/// vaults here, and looks a vault's group up.
/// </summary>
internal sealed partial class ResourceEndpoints(ManagementPlane plane, VaultRegistry vaults, ManagedIdentities identities, EmbeddedKeyVaultOptions options)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/subscriptions/{subscription}/resources", plane.Handle("ResourceList", List));

    private ValueTask<Answer> List(ManagementRequest request)
    {
        if (Filter().Match(request.Http.Request.Query["$filter"].ToString()) is not { Success: true } filter)
        {
            return ValueTask.FromResult<Answer>(ArmErrors.BadRequest("InvalidFilter", "$filter may be resourceType eq '…'."));
        }

        var found = All()
            .Where(
                resource => filter.Groups["type"] is not { Success: true, Value: var type } || resource.Type.Equals(type, StringComparison.OrdinalIgnoreCase));
        return ValueTask.FromResult(Answer.Ok(new ArmList<ResourceBody>(found.ToList()), ManagementJson.Default.ResourceList));
    }

    private IEnumerable<ResourceBody> All() =>
    [
        .. vaults.All.Select(vault => new ResourceBody(
            vault.ResourceId(options.SubscriptionId), vault.Name, VaultPolicy.Type, vault.Location, vault.Tags ?? VaultBody.NoTags)),
        .. identities.All.Select(identity => new ResourceBody(
            identity.ResourceId(options.SubscriptionId), identity.Name, ManagedIdentity.Type, identity.Location, VaultBody.NoTags)),
    ];

    [GeneratedRegex(@"^(resourceType eq '(?<type>[^']{1,128})')?\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Filter();
}
