using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace DpsPortal.Tests.Campaigns;

/// <summary>Sends bytes that no HTTP client would, and reads what they are answered with.</summary>
internal static class RawConnection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static SslClientAuthenticationOptions For(this SslClientAuthenticationOptions options, string host)
    {
        options.TargetHost = host;
        return options;
    }

    /// <param name="request">One character a byte.</param>
    /// <param name="tls">Null where the listener speaks plainly.</param>
    /// <returns>All that came until the listener closed, one character a byte; empty where it closed without a word.</returns>
    public static async Task<string> ExchangeAsync(int port, string request, SslClientAuthenticationOptions? tls)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
        await using Stream plain = new NetworkStream(socket);
        await using var stream = tls is null ? plain : new SslStream(plain);
        if (stream is SslStream secure)
        {
            await secure.AuthenticateAsClientAsync(tls!, patience.Token);
        }

        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
            if (stream is SslStream open)
            {
                await open.ShutdownAsync();
            }

            socket.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            int read;
            while ((read = await stream.ReadAsync(buffer, patience.Token)) > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread: what came before counts.
        }

        return answer.ToString();
    }
}
