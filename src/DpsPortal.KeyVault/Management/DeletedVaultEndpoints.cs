using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>Microsoft.KeyVault/deletedVaults, api-version 2023-07-01: list, get and purge. Recovery is a PUT of the vault.</summary>
internal sealed class DeletedVaultEndpoints(ManagementPlane plane, VaultRegistry vaults, EmbeddedKeyVaultOptions options)
{
    private const string Provider = "/providers/Microsoft.KeyVault";

    public void Map(IEndpointRouteBuilder routes)
    {
        const string Subscription = "/subscriptions/{subscription}" + Provider;
        const string Deleted = Subscription + "/locations/{location}/deletedVaults/{vault}";
        routes.MapGet(Subscription + "/deletedVaults", plane.Handle("VaultListDeleted", List));
        routes.MapGet(Deleted, plane.Handle("VaultGetDeleted", Get));
        routes.MapPost(Deleted + "/purge", plane.Handle("VaultPurge", PurgeAsync));
    }

    private ValueTask<Answer> List(ManagementRequest request) => ValueTask.FromResult(
        Answer.Ok(new ArmList<DeletedVaultBody>(vaults.AllDeleted.Select(ToBody).ToList()), ManagementJson.Default.DeletedVaultList));

    private ValueTask<Answer> Get(ManagementRequest request)
    {
        var vault = vaults.FindAny(request.Route("vault"));
        return ValueTask.FromResult<Answer>(VaultPolicy.IsDeleted(vault, request.Route("location"))
            ? Answer.Ok(ToBody(vault!), ManagementJson.Default.DeletedVaultBody)
            : VaultPolicy.MissingDeleted(request.Route("vault")).Error);
    }

    private async ValueTask<Answer> PurgeAsync(ManagementRequest request)
    {
        var (name, location) = (request.Route("vault"), request.Route("location"));
        return await vaults.ChangeAsync(name, known => VaultPolicy.Purge(known, name, location), request.Audit, erases: true).ConfigureAwait(false)
            is VaultDecision.Refused refused
            ? refused.Error
            : new Answer(StatusCodes.Status200OK, default);
    }

    private DeletedVaultBody ToBody(VaultResource vault) => new(
        $"/subscriptions/{options.SubscriptionId}{Provider}/locations/{vault.Location}/deletedVaults/{vault.Name}", vault.Name,
        "Microsoft.KeyVault/deletedVaults",
        new DeletedVaultProperties(
            vault.ResourceId(options.SubscriptionId), vault.Location, vault.Tags ?? VaultBody.NoTags, vault.Deletion!.Deleted, vault.Deletion.ScheduledPurge,
            vault.PurgeProtection ? true : null));
}
