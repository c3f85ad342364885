using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>
/// Applications that sign in with a client secret, with the members of Microsoft Graph's, managed like resources: one by name,
/// so that a PUT can be repeated. The secret is in the answer that makes the application, and nowhere after.
/// </summary>
internal sealed class ApplicationEndpoints(ManagementPlane plane, Applications applications, EmbeddedKeyVaultOptions options, TimeProvider systemClock)
{
    private const string Type = "Microsoft.Graph/applications";

    public void Map(IEndpointRouteBuilder routes)
    {
        const string Collection = "/subscriptions/{subscription}/providers/" + Type;
        routes.MapPut(Collection + "/{application}", plane.Handle("ApplicationPut", PutAsync));
        routes.MapGet(Collection + "/{application}", plane.Handle("ApplicationGet", Get));
        routes.MapDelete(Collection + "/{application}", plane.Handle("ApplicationDelete", DeleteAsync));
        routes.MapGet(Collection, plane.Handle("ApplicationList", List));
    }

    private async ValueTask<Answer> PutAsync(ManagementRequest request)
    {
        var name = request.Route("application");
        if (!ResourceName.IsValid(name))
        {
            return ArmErrors.BadRequest("InvalidParameter", $"The name of an application {ResourceName.Rule}.");
        }

        var (application, secret) = await applications.PutAsync(name, systemClock.GetUtcNow(), request.Audit).ConfigureAwait(false);
        return Answer.Of(secret is null ? 200 : 201, ToBody(application, secret), ManagementJson.Default.ApplicationBody);
    }

    private ValueTask<Answer> Get(ManagementRequest request) => ValueTask.FromResult<Answer>(
        applications.Find(request.Route("application")) is { } found
            ? Answer.Ok(ToBody(found, null), ManagementJson.Default.ApplicationBody)
            : ArmErrors.NotFound("ResourceNotFound", $"The Resource '{Type}/{request.Route("application")}' was not found."));

    private async ValueTask<Answer> DeleteAsync(ManagementRequest request) =>
        await applications.RemoveAsync(request.Route("application"), request.Audit).ConfigureAwait(false) is { } removed
            ? Answer.Ok(ToBody(removed, null), ManagementJson.Default.ApplicationBody)
            : Answer.NoContent;

    private ValueTask<Answer> List(ManagementRequest request) => ValueTask.FromResult(Answer.Ok(
        new ArmList<ApplicationBody>(applications.All.Select(application => ToBody(application, null)).ToList()), ManagementJson.Default.ApplicationList));

    private ApplicationBody ToBody(Application application, string? secret) => new(
        $"/subscriptions/{options.SubscriptionId}/providers/{Type}/{application.Name}", application.Name, Type,
        new ApplicationProperties(
            options.TenantId, application.ClientId, application.ObjectId, application.Created,
            secret is null ? null : [new PasswordCredentialBody(secret)]));
}
