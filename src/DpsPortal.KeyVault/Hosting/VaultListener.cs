using System.Net;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DpsPortal.KeyVault.Hosting;

/// <summary>Where the vault listens: TLS on loopback, nowhere else.</summary>
internal static class VaultListener
{
    public static void Configure(KestrelServerOptions kestrel, int port, X509Certificate2 leaf)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = JsonBody.Limit;
        if (port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(leaf));
        }
        else
        {
            kestrel.ListenLocalhost(port, listen => listen.UseHttps(leaf));
        }
    }

    public static bool IsBusy(Exception fault) => fault is AddressInUseException || fault.InnerException is { } inner && IsBusy(inner);

    public static int PortOf(IServer server) =>
        new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
}
