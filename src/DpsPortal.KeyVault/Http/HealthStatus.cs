using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// What "Diagnose private links configuration issues" of Key Vault's documentation asks, without a token and under any name: is the vault
/// reached, and from which address does it see the caller? The latter is in a header, the body says nothing.
/// </summary>
internal sealed class HealthStatus(RequestPipeline pipeline)
{
    private static readonly Answer Answered = new(StatusCodes.Status200OK, Encoding.UTF8.GetBytes("null"));

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/healthstatus", http => pipeline.RunAsync(http, "HealthStatus", _ => ValueTask.FromResult(Answered)));
}
