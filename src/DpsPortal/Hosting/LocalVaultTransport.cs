using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;

namespace DpsPortal.Hosting;

/// <summary>
/// Carries calls to the embedded vault. Names such as <c>kv.vault.localhost:8443</c> resolve nowhere on a plain machine, and the
/// port in a stored key identifier may not be the one in use today; both are mapped to the actual listener, and only that listener's
/// certificate authority is trusted. Every other host is refused, so that no local token can leave the machine.
/// </summary>
internal static class LocalVaultTransport
{
    public static HttpClientTransport Create(Task<LocalVaultEndpoint> endpoint)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, endpoint, cancellationToken),
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, endpoint.Result.CertificateAuthority),
            },
        };
        return new HttpClientTransport(new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(100) });
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, Task<LocalVaultEndpoint> endpoint, CancellationToken cancellationToken)
    {
        if (target.Host != "localhost"
            && !target.Host.EndsWith(".vault.localhost", StringComparison.OrdinalIgnoreCase)
            && !(IPAddress.TryParse(target.Host, out var address) && IPAddress.IsLoopback(address)))
        {
            throw new HttpRequestException($"The transport of the embedded vault does not connect to {target.Host}.");
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var listener = await endpoint.WaitAsync(cancellationToken);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, listener.Port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2 authority)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    }
}
