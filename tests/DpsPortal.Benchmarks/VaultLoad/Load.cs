using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DpsPortal.Benchmarks.VaultLoad;

/// <summary>
/// Connections that each send one request again and again, the next when the answer has been read and compared. A plain HTTP/1.1
/// client over TLS: it shares the machine with the server and must not be what is measured.
/// </summary>
internal sealed class Load : IDisposable
{
    private readonly ServerProcess _server;
    private readonly byte[] _request;
    private readonly byte[] _expected;
    private readonly Connection[] _connections;

    private Load(ServerProcess server, byte[] request, byte[] expected, Connection[] connections) =>
        (_server, _request, _expected, _connections) = (server, request, expected, connections);

    /// <param name="head">Request line and headers, without Content-Length.</param>
    /// <param name="expected">What every answer's body must contain.</param>
    public static async Task<Load> ConnectAsync(ServerProcess server, int connections, string head, string body, string expected)
    {
        var request = Encoding.ASCII.GetBytes(body.Length == 0
            ? $"{head}\r\n\r\n"
            : string.Create(CultureInfo.InvariantCulture, $"{head}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        var open = new Connection[connections];
        for (var i = 0; i < connections; i++)
        {
            open[i] = await Connection.OpenAsync(server);
        }

        return new Load(server, request, Encoding.ASCII.GetBytes(expected), open);
    }

    /// <summary>Requests per second, of elapsed time and of the server's CPU time.</summary>
    public async Task<(double Wall, double Cpu)> RunAsync(TimeSpan duration)
    {
        var before = _server.CpuSeconds;
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(_connections.Select(connection => Task.Run(() => connection.RepeatAsync(_request, _expected, clock, duration))));
        return (counts.Sum() / clock.Elapsed.TotalSeconds, counts.Sum() / (_server.CpuSeconds - before));
    }

    /// <summary>
    /// Runs until the server compiles no more: its highest tier comes seconds after the load, and later where the machine is busy.
    /// </summary>
    public async Task WarmUpAsync(TimeSpan atMost)
    {
        var clock = Stopwatch.StartNew();
        for (var (compiled, quiet) = ("", 0); quiet < 2 && clock.Elapsed < atMost;)
        {
            await RunAsync(TimeSpan.FromSeconds(2));
            var now = await _server.AskAsync("compiled");
            (compiled, quiet) = (now, now == compiled ? quiet + 1 : 0);
        }
    }

    /// <summary>The body of one answer.</summary>
    public Task<string> AnswerAsync() => _connections[0].AskAsync(_request);

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());

    private sealed class Connection(SslStream stream) : IDisposable
    {
        private readonly byte[] _buffer = new byte[16 * 1024];

        public static async Task<Connection> OpenAsync(ServerProcess server)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, server.Port);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { server.Authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            });
            return new Connection(stream);
        }

        public async Task<int> RepeatAsync(byte[] request, byte[] expected, Stopwatch clock, TimeSpan duration)
        {
            var count = 0;
            while (clock.Elapsed < duration)
            {
                await stream.WriteAsync(request);
                var length = await ReadAsync();
                var answer = _buffer.AsSpan(0, length);
                if (!answer.StartsWith("HTTP/1.1 200 "u8) || answer.IndexOf(expected) < 0)
                {
                    throw new InvalidOperationException("Another answer than expected: " + Encoding.ASCII.GetString(answer));
                }

                count++;
            }

            return count;
        }

        public async Task<string> AskAsync(byte[] request)
        {
            await stream.WriteAsync(request);
            var answer = Encoding.UTF8.GetString(_buffer, 0, await ReadAsync());
            return answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        }

        public void Dispose() => stream.Dispose();

        private async ValueTask<int> ReadAsync()
        {
            var (filled, whole) = (0, int.MaxValue);
            while (filled < whole)
            {
                var read = await stream.ReadAsync(_buffer.AsMemory(filled));
                filled = read > 0 ? filled + read : throw new InvalidOperationException("The server closed the connection.");
                whole = LengthOf(_buffer.AsSpan(0, filled)) ?? whole;
            }

            return filled;
        }

        private static int? LengthOf(ReadOnlySpan<byte> answer)
        {
            var end = answer.IndexOf("\r\n\r\n"u8);
            var field = end < 0 ? -1 : answer.IndexOf("Content-Length: "u8);
            return field < 0 || !System.Buffers.Text.Utf8Parser.TryParse(answer[(field + 16)..], out int length, out _) ? null : end + 4 + length;
        }
    }
}
