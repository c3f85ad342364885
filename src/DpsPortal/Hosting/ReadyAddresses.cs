using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DpsPortal.Hosting;

/// <summary>
/// Where the portal listens, as the server says it: <c>ASPNETCORE_URLS</c>, <c>--urls</c> and <c>Kestrel:Endpoints</c> go before
/// <c>Portal:Url</c>, and port 0 becomes a number only when it is bound.
/// </summary>
internal static class ReadyAddresses
{
    public static string Of(IServer server, Uri configured) => server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } bound
        ? string.Join(", ", bound)
        : configured.GetLeftPart(UriPartial.Authority);

    /// <summary>Addresses are bound when everything has been started.</summary>
    public static Task BoundAsync(IHostApplicationLifetime lifetime, CancellationToken stopping)
    {
        var bound = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(bound.SetResult);
        return bound.Task.WaitAsync(stopping);
    }
}
