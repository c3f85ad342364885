using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Issuer;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>The steps of every management request: token for the management resource, administrator, api-version, subscription.</summary>
internal sealed class ManagementPlane(RequestPipeline pipeline, Bearer bearer, EmbeddedKeyVaultOptions options)
{
    public RequestDelegate Handle(string operation, Func<ManagementRequest, ValueTask<Answer>> handler) =>
        http => pipeline.RunAsync(http, operation, async trail =>
            await RefusalAsync(http, trail).ConfigureAwait(false)
            ?? await handler(new ManagementRequest(http, trail)).ConfigureAwait(false));

    /// <summary>For what anybody with a token may ask: the handler answers by who it is.</summary>
    public RequestDelegate HandleForAnybody(string operation, Func<ManagementRequest, ValueTask<Answer>> handler) =>
        http => pipeline.RunAsync(http, operation, async trail =>
            await RefusalAsync(http, trail, anybody: true).ConfigureAwait(false)
            ?? await handler(new ManagementRequest(http, trail)).ConfigureAwait(false));

    public Task RefuseUnknownAsync(HttpContext http) => pipeline.RunAsync(http, "Unknown", async trail =>
        await RefusalAsync(http, trail).ConfigureAwait(false)
        ?? ArmErrors.NotFound("InvalidResourceType", $"{http.Request.Method} is not supported at {http.Request.Path}."));

    private async ValueTask<Answer?> RefusalAsync(HttpContext http, AuditTrail trail, bool anybody = false)
    {
        var (caller, unauthorized) = await bearer.AuthenticateAsync(http, TokenResources.Management).ConfigureAwait(false);
        if (caller is null)
        {
            trail.OperationName = "Authentication";
            return unauthorized! with { Code = "AuthenticationFailed" };
        }

        trail.Caller = caller;
        trail.ResourceId = VaultIn(http.Request.RouteValues);
        if (!anybody && caller.ObjectId != options.AdministratorObjectId)
        {
            return new VaultError(403, "AuthorizationFailed",
                $"The client '{caller.ClientId}' with object id '{caller.ObjectId}' does not have authorization to perform this action.");
        }

        if (http.Request.Query["api-version"].ToString().Length == 0)
        {
            return ArmErrors.BadRequest("MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");
        }

        if (http.Request.RouteValues["subscription"] is string subscription && !subscription.Equals(options.SubscriptionId, StringComparison.OrdinalIgnoreCase))
        {
            return ArmErrors.NotFound("SubscriptionNotFound", $"The subscription '{subscription}' could not be found.");
        }

        return null;
    }

    private static string VaultIn(RouteValueDictionary values) => values["vault"] is string vault
        ? $"/subscriptions/{values["subscription"]}/resourceGroups/{values["group"]}/providers/Microsoft.KeyVault/vaults/{vault}"
        : "";
}
