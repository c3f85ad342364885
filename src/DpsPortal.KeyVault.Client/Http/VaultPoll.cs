using System.Diagnostics;
using Azure.Core;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>
/// Asks for a key until it has come where an operation moves it: 404 says not yet; 403 says that it is there, though not for this
/// caller.
/// </summary>
internal sealed class VaultPoll(VaultPipeline pipeline, ActivitySource source, string operation, string name, string path, Response first)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public Response Response { get; private set; } = first;

    public bool HasCompleted { get; set; }

    /// <exception cref="RequestFailedException">The vault answered something else.</exception>
    public async ValueTask<Response> UpdateAsync(bool async, CancellationToken cancellationToken)
    {
        if (HasCompleted)
        {
            return Response;
        }

        using var scope = source.StartScope($"{operation}.UpdateStatus", "az.keyvault.key.name", name);
        try
        {
            Response = await pipeline.SendAsync(RequestMethod.Get, path, async, cancellationToken).ConfigureAwait(false);
            HasCompleted = Response.Status switch
            {
                200 or 403 => true,
                404 => false,
                _ => throw new RequestFailedException(Response),
            };
            return Response;
        }
        catch (Exception error)
        {
            scope.Failed(error);
            throw;
        }
    }
}
