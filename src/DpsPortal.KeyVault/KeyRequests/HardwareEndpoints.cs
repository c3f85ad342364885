using System.Buffers.Text;
using System.Security.Cryptography;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.KeyRequests;

/// <summary>
/// Azure Key Vault keys REST API: random bytes, release and attestation. The latter two rest on a statement of hardware about
/// itself; software that answered them would lie, so they are refused.
/// </summary>
internal sealed class HardwareEndpoints(DataPlane plane, KeyStore keys)
{
    private const int MostBytes = 128;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/rng", plane.Handle(new("RandomBytesGet", DataActions.Random, ApiVersion.Release), RandomAsync));
        var release = plane.Handle(new("KeyRelease", DataActions.Release, ApiVersion.Release), request => Refuse(request, "release"));
        routes.MapPost("/keys/{name}/release", release);
        routes.MapPost("/keys/{name}/{version}/release", release);
        var attestation = plane.Handle(new("KeyGetAttestation", DataActions.Read, ApiVersion.Attestation), request => Refuse(request, "attestation"));
        routes.MapGet("/keys/{name}/attestation", attestation);
        routes.MapGet("/keys/{name}/{version}/attestation", attestation);
    }

    private static async ValueTask<Answer> RandomAsync(KeyRequest request)
    {
        var shape = $"Property count must be a number from 1 to {MostBytes}.";
        var (body, unreadable) = await JsonBody.ReadAsync(request.Http, KeysJson.Default.RandomBytesBody, shape).ConfigureAwait(false);
        return body is { Count: >= 1 and <= MostBytes and { } count }
            ? Answer.Ok(new RandomBytesResult(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(count))), KeysJson.Default.RandomBytesResult)
            : unreadable ?? VaultError.BadParameter(shape);
    }

    private ValueTask<Answer> Refuse(KeyRequest request, string operation) => ValueTask.FromResult<Answer>(
        keys.Find(request.Vault.Name, request.Name!)?.Find(request.Version) is null
            ? KeyAnswers.NotFound(request)
            : VaultError.BadParameter(
                $"Operation {operation} is not supported by this vault: its keys are software keys, and no hardware can vouch for " +
                "them.", "OperationNotSupported"));
}
