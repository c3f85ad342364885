using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>
/// Microsoft.Resources/subscriptions, api-version 2022-12-01: list and get. The list is what Azure's command line reads at sign-in. As in
/// Azure, it is no error to see none: who may manage nothing gets an empty list, whatever roles it has at keys.
/// </summary>
internal sealed class SubscriptionEndpoints(ManagementPlane plane, EmbeddedKeyVaultOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/subscriptions", plane.HandleForAnybody("SubscriptionList", List));
        routes.MapGet("/subscriptions/{subscription}", plane.Handle("SubscriptionGet", Get));
    }

    private ValueTask<Answer> List(ManagementRequest request)
    {
        IReadOnlyList<SubscriptionBody> seen = request.Audit.Caller?.ObjectId == options.AdministratorObjectId ? [Body()] : [];
        return ValueTask.FromResult(Answer.Ok(new ArmList<SubscriptionBody>(seen), ManagementJson.Default.SubscriptionList));
    }

    private ValueTask<Answer> Get(ManagementRequest request) => ValueTask.FromResult(Answer.Ok(Body(), ManagementJson.Default.SubscriptionBody));

    private SubscriptionBody Body() => new(
        $"/subscriptions/{options.SubscriptionId}", options.SubscriptionId, options.TenantId, "Embedded key vault", "Enabled", "RoleBased", []);
}
