using System.Collections.Concurrent;

namespace DpsPortal.Tests.Campaigns;

/// <summary>A listener that malformed requests are sent to.</summary>
/// <param name="Handler">Connects every name to the listener, for which its certificate need not be.</param>
/// <param name="Valid">All that it serves, each with the token that it needs and about something that is there.</param>
/// <param name="Logs">Everything at level Warning and above that it has logged.</param>
internal sealed record MalformedTarget(Func<SocketsHttpHandler> Handler, IReadOnlyList<ValidRequest> Valid, ConcurrentQueue<string> Logs)
{
    public SocketsHttpHandler CreateHandler()
    {
        var handler = Handler();
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        handler.RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8;
        return handler;
    }
}
