using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.KeyRequests;
using DpsPortal.KeyVault.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.DeletedKeys;

/// <summary>Azure Key Vault keys REST API: delete, and what can be done with a deleted key: list, get, recover, purge.</summary>
internal sealed class DeletedKeyEndpoints(DataPlane plane, KeyStore keys)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/keys/{name}", plane.Handle(new("KeyDelete", DataActions.Delete), DeleteAsync));
        routes.MapGet("/deletedkeys", plane.Handle(new("KeyListDeleted", DataActions.Read), List));
        routes.MapGet("/deletedkeys/{name}", plane.Handle(new("KeyGetDeleted", DataActions.Read), Get));
        routes.MapDelete("/deletedkeys/{name}", plane.Handle(new("KeyPurge", DataActions.Purge), PurgeAsync));
        routes.MapPost("/deletedkeys/{name}/recover", plane.Handle(new("KeyRecover", DataActions.Recover), RecoverAsync));
    }

    private async ValueTask<Answer> DeleteAsync(KeyRequest request) =>
        await keys.DeleteAsync(request.Vault.Name, request.Name!, request.Vault.RetentionDays, request.Audit).ConfigureAwait(false) switch
        {
            KeyChange.Done { Key: var key } => KeyAnswers.Bundle(request, key, key.Current),
            KeyChange.Refused { Presence: KeyPresence.BeingDeleted or KeyPresence.BeingRecovered } refused =>
                KeyConflicts.Unsettled(request.Name!, refused.Presence),
            _ => KeyAnswers.NotFound(request),
        };

    private ValueTask<Answer> List(KeyRequest request) => ValueTask.FromResult(Paging.Page(
        request, keys.DeletedNamesIn(request.Vault.Name), StringComparer.OrdinalIgnoreCase,
        name => keys.Look(request.Vault.Name, name) is (KeyPresence.Deleted, { } key) ? KeyAnswers.Item(request, key) : null));

    private ValueTask<Answer> Get(KeyRequest request) => ValueTask.FromResult<Answer>(keys.Look(request.Vault.Name, request.Name!) switch
    {
        (KeyPresence.Deleted, { } key) => KeyAnswers.Bundle(request, key, key.Current),
        (KeyPresence.BeingDeleted, _) => new VaultError(404, "KeyNotFound", $"Deleted Key not found: {request.Name}"),
        _ => KeyAnswers.NotFound(request),
    });

    private async ValueTask<Answer> RecoverAsync(KeyRequest request) =>
        await keys.RecoverAsync(request.Vault.Name, request.Name!, request.Audit).ConfigureAwait(false) switch
        {
            KeyChange.Done { Key: var key } => KeyAnswers.Bundle(request, key, key.Current),
            KeyChange.Refused { Presence: KeyPresence.BeingDeleted } => KeyConflicts.Unsettled(request.Name!, KeyPresence.BeingDeleted),
            KeyChange.Refused { Presence: KeyPresence.BeingRecovered } => KeyConflicts.RecoveredTwice(request.KeyId(request.Name!, null)),
            _ => KeyAnswers.NotFound(request),
        };

    private async ValueTask<Answer> PurgeAsync(KeyRequest request)
    {
        if (request.Vault.PurgeProtection && keys.Look(request.Vault.Name, request.Name!).Presence == KeyPresence.Deleted)
        {
            return VaultError.Forbidden(
                "Operation \"purge\" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it " +
                "after the " +
                $"retention period has passed.\r\nVault: {request.Vault.Name};location={request.Vault.Location}", null);
        }

        return await keys.PurgeAsync(request.Vault.Name, request.Name!, request.Audit).ConfigureAwait(false) switch
        {
            KeyChange.Done => Answer.NoContent,
            KeyChange.Refused { Presence: KeyPresence.BeingDeleted or KeyPresence.BeingRecovered } refused =>
                KeyConflicts.Unsettled(request.Name!, refused.Presence),
            _ => KeyAnswers.NotFound(request),
        };
    }
}
