using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>The certificates that a device sent beside its own. TLS accepts any client certificate; attestation judges it.</summary>
internal static class ClientChain
{
    private static readonly object Key = new();

    public static SslServerAuthenticationOptions Options(X509Certificate2 server, ConnectionContext connection) => new()
    {
        ServerCertificate = server,

        // Asked for, not insisted on: devices with symmetric keys and services have none.
        ClientCertificateRequired = true,
#pragma warning disable CA5359 // These are certificates of clients, and attestation judges them against the enrollment.
        RemoteCertificateValidationCallback = (_, _, chain, _) =>
        {
            if (chain is not null)
            {
                connection.Items[Key] = chain.ChainPolicy.ExtraStore.ToArray();
            }

            return true;
        },
#pragma warning restore CA5359
    };

    public static IReadOnlyList<X509Certificate2> Of(HttpContext http) =>
        http.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Key, out var kept) == true && kept is X509Certificate2[] sent ? sent : [];
}
