using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Management;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// The steps of every data-plane request, in the order that the contract fixes: token, vault, firewall, api-version, name, role,
/// limit; the body is read by the handler, last. Whoever may not do something does not use up the limit either.
/// </summary>
internal sealed class DataPlane(
    RequestPipeline pipeline, Bearer bearer, VaultRegistry vaults, RoleAssignments roles, Principals principals, Throttle throttle,
    EmbeddedKeyVaultOptions options,
    TimeProvider systemClock)
{
    public RequestDelegate Handle(DataOperation operation, Func<KeyRequest, ValueTask<Answer>> handler) =>
        http => pipeline.RunAsync(http, operation.AuditName, async trail =>
        {
            var (request, refusal) = await OpenAsync(http, trail).ConfigureAwait(false);
            return refusal ?? Unknown(request!, operation) ?? Authorize(request!, operation.Action)
                ?? throttle.Charge(request!, operation.Action)
                ?? await handler(request!).ConfigureAwait(false);
        });

    /// <summary>What no route matches: the challenge first, as everywhere.</summary>
    public Task RefuseUnknownAsync(HttpContext http) => pipeline.RunAsync(http, "Unknown", async trail =>
    {
        var (_, refusal) = await OpenAsync(http, trail).ConfigureAwait(false);
        return refusal ?? Unknown(http.Request);
    });

    private static VaultError Unknown(HttpRequest request)
    {
        var path = request.Path.ToString();
        return VaultError.BadParameter($"Method {request.Method} does not allow operation '{path[(path.LastIndexOf('/') + 1)..]}'.");
    }

    /// <summary>What came later than the api-version is as unknown as what never came.</summary>
    private static VaultError? Unknown(KeyRequest request, DataOperation operation) =>
        request.ApiVersion.Minor < operation.Since ? Unknown(request.Http.Request) : null;

    private async ValueTask<(KeyRequest? Request, Answer? Refusal)> OpenAsync(HttpContext http, AuditTrail trail)
    {
        var vault = vaults.FindByHost(http.Request.Host);
        trail.ResourceId = vault?.ResourceId(options.SubscriptionId) ?? "";
        var (caller, unauthorized) = await bearer.AuthenticateAsync(http, TokenResources.Vault).ConfigureAwait(false);
        if (caller is null)
        {
            trail.OperationName = "Authentication";
            return (null, unauthorized!);
        }

        trail.Caller = caller;
        if (vault is null)
        {
            return (null, VaultError.VaultNotFound(http.Request.Host.Host));
        }

        http.Response.Headers[ResponseHeaders.Region] = vault.Location;
        if (Refuse(vault.Network.Judge(http.Connection.RemoteIpAddress), vault, caller, http) is { } outside)
        {
            return (null, outside);
        }

        var (version, unversioned) = ApiVersion.Read(http.Request, DateOnly.FromDateTime(systemClock.GetUtcNow().UtcDateTime));
        if (version is null)
        {
            return (null, unversioned!);
        }

        var request = new KeyRequest(http, vault, caller, version.Value, trail, throttle);
        if (request.Name is { } name && !KeyName.IsValid(name))
        {
            return (null, VaultError.BadParameter($"The request URI contains an invalid name: {name}"));
        }

        trail.Id = request.Name is null ? request.BaseAddress + http.Request.Path : request.KeyId(request.Name, request.Version);
        return (request, null);
    }

    private Answer? Authorize(KeyRequest request, string action)
    {
        var resource = request.Vault.ResourceId(options.SubscriptionId) + (request.Name is null ? "" : $"/keys/{request.Name}");
        if (!principals.Has(request.Caller) || roles.Grant(request.Caller.ObjectId, action, resource) is not { } assignment)
        {
            return Forbid(request, action, resource.ToLowerInvariant());
        }

        request.Http.Response.Headers["x-ms-keyvault-rbac-assignment-id"] = assignment.Name.ToString("N");
        return null;
    }

    private static VaultError? Refuse(NetworkVerdict verdict, VaultResource vault, Caller caller, HttpContext http) => verdict switch
    {
        NetworkVerdict.Denied => VaultError.Forbidden(
            "Client address is not authorized and caller is not a trusted service.\r\n" +
            $"Client address: {http.Connection.RemoteIpAddress}\r\n{Describe(caller)}\r\n{Describe(vault)}",
            "ForbiddenByFirewall"),
        NetworkVerdict.NotPublic => VaultError.Forbidden(
            "Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n" +
            $"{Describe(caller)}\r\n{Describe(vault)}",
            "ForbiddenByConnection"),
        _ => null,
    };

    private static string Describe(Caller caller) => $"Caller: appid={caller.ClientId};oid={caller.ObjectId};iss={caller.Issuer}";

    private static string Describe(VaultResource vault) => $"Vault: {vault.Name};location={vault.Location}";

    private static VaultError Forbid(KeyRequest request, string action, string resource) => VaultError.Forbidden(
        "Caller is not authorized to perform action on resource.\r\n" +
        "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n" +
        $"{Describe(request.Caller)}\r\n" +
        $"Action: '{action}'\r\nResource: '{resource}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\n" +
        $"DecisionReason: 'DeniedWithNoValidRBAC'\r\n{Describe(request.Vault)}",
        "ForbiddenByRbac");
}
