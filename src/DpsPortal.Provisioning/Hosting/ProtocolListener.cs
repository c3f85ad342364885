using System.Net;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.DeviceApi;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.ServiceApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Provisioning.Hosting;

/// <summary>Where the protocols are served: TLS on loopback, nowhere else.</summary>
internal static class ProtocolListener
{
    /// <summary>What the server reads before it cuts a connection; beyond DPS's own limit, so that the refusal arrives.</summary>
    private const long LongestBody = 1024 * 1024;

    /// <param name="certificate">Looked at when the server starts.</param>
    public static void Configure(WebApplicationBuilder builder, int port, Func<X509Certificate2> certificate)
    {
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            void Tls(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = handshake => ValueTask.FromResult(ClientChain.Options(certificate(), handshake.Connection)),
            });
            if (port == 0)
            {
                kestrel.Listen(IPAddress.Loopback, 0, Tls);
            }
            else
            {
                kestrel.ListenLocalhost(port, Tls);
            }
        });
        builder.Services.AddRoutingCore();
    }

    public static void Map(WebApplication app)
    {
        var services = app.Services;
        app.Use(HostHeader.TakeAwayInvalid);
        app.UseRouting();
        services.GetRequiredService<EnrollmentEndpoints<IndividualEnrollment>>().Map(app);
        services.GetRequiredService<EnrollmentEndpoints<EnrollmentGroup>>().Map(app);
        services.GetRequiredService<RegistrationEndpoints>().Map(app);
        services.GetRequiredService<DeviceEndpoints>().Map(app);
        app.Map("/{**rest}", services.GetRequiredService<RequestPipeline>().RefuseUnknownAsync);
    }

    public static bool IsBusy(Exception fault) => fault is AddressInUseException || (fault.InnerException is { } inner && IsBusy(inner));

    /// <returns><see langword="null"/> before the server listens.</returns>
    public static int? PortOf(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address ? new Uri(address).Port : null;
}
