using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace DpsPortal.BrowserTests;

/// <summary>A long way to the portal: everything, web sockets included, arrives in order and late, in each direction.</summary>
internal sealed class SlowLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Uri _portal;
    private readonly TimeSpan _delay;
    private readonly Task _accepting;

    public SlowLine(Uri portal, TimeSpan delay)
    {
        (_portal, _delay) = (portal, delay);
        _listener.Start();
        Address = new UriBuilder(portal) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ConnectAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
            // Nobody calls any more.
        }
    }

    private async Task ConnectAsync(TcpClient browser)
    {
        using var portal = new TcpClient();
        using (browser)
        {
            try
            {
                await portal.ConnectAsync(IPAddress.Loopback, _portal.Port, _ending.Token);
                (browser.NoDelay, portal.NoDelay) = (true, true);
                await Task.WhenAny(CarryAsync(browser.GetStream(), portal.GetStream()), CarryAsync(portal.GetStream(), browser.GetStream()));
            }
            catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to)
    {
        var onTheWay = Channel.CreateUnbounded<(long At, byte[] Bytes)>();
        await Task.WhenAny(SendAsync(), DeliverAsync());

        async Task SendAsync()
        {
            var buffer = new byte[65_536];
            while (await from.ReadAsync(buffer, _ending.Token) is > 0 and var length)
            {
                onTheWay.Writer.TryWrite((Environment.TickCount64, buffer[..length]));
            }

            // What is on the way still arrives.
            onTheWay.Writer.Complete();
            await onTheWay.Reader.Completion;
        }

        async Task DeliverAsync()
        {
            await foreach (var (at, bytes) in onTheWay.Reader.ReadAllAsync(_ending.Token))
            {
                var left = _delay - TimeSpan.FromMilliseconds(Environment.TickCount64 - at);
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left, _ending.Token);
                }

                await to.WriteAsync(bytes, _ending.Token);
            }
        }
    }
}
