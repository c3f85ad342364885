using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DpsPortal.Tests.Campaigns;

/// <summary>A webhook of custom allocation on loopback: every other answer is as it should be, the others are malformed.</summary>
internal sealed class MalformedWebhook : IAsyncDisposable
{
    private static readonly string[] ContentTypes = [
        "application/json", "application/json; charset=utf-16", "application/json; charset=nonsense", ";;;", "text/plain; charset=\"\"",
    ];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Random _random;
    private readonly MalformedBodies _bodies;
    private readonly byte[] _valid;
    private readonly Task _serving;

    public MalformedWebhook(int seed, string valid)
    {
        _random = new Random(seed);
        _bodies = new MalformedBodies(_random);
        _valid = Encoding.UTF8.GetBytes(valid);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/allocate";

    public int Asked { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            try
            {
                await AnswerAsync(client.GetStream());
            }
            catch (IOException)
            {
                // The caller has left.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        await ReadAsync(stream);
        var isWrong = Asked++ % 2 == 1;
        var body = isWrong ? _bodies.Next(_valid, isForm: false) : _valid;
        var framing = isWrong && _random.Next(8) == 0 ? "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF" : $"Content-Length: {body.Length}\r\n";
        var type = isWrong && _random.Next(4) == 0 ? ContentTypes[_random.Next(ContentTypes.Length)] : ContentTypes[0];
        await stream.WriteAsync(
            (byte[])[.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nConnection: close\r\n{framing}\r\n"), .. body], _stopping.Token);
    }

    /// <summary>To the request's end, so that closing the connection does not reset it.</summary>
    private async Task ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var length = 0;
        while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 } line)
        {
            length = line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)
                ? int.Parse(line.AsSpan(15), System.Globalization.CultureInfo.InvariantCulture)
                : length;
        }

        await reader.ReadBlockAsync(new char[length].AsMemory(), _stopping.Token);
    }
}
