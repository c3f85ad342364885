using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>The headers that Key Vault puts on every answer.</summary>
internal static class ResponseHeaders
{
    /// <summary>Of the vault that answers, where there is one; of the default one otherwise.</summary>
    public const string Region = "x-ms-keyvault-region";
    private const string ClientRequestId = "x-ms-client-request-id";
    private const int LongestEcho = 128;

    public static void Write(HttpContext http, string requestId, string region)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.Pragma = "no-cache";
        headers.Expires = "-1";
        headers.StrictTransportSecurity = "max-age=31536000;includeSubDomains";
        headers.XContentTypeOptions = "nosniff";
        headers[Region] = region;
        headers["x-ms-keyvault-service-version"] = "1.9.3000.1";
        headers["x-ms-keyvault-network-info"] = NetworkInfo(http.Connection.RemoteIpAddress);
        headers["x-ms-request-id"] = requestId;
        // Kestrel reads more in a request's header than it agrees to write in an answer's.
        var clientId = http.Request.Headers[ClientRequestId].ToString();
        if (clientId.Length is > 0 and <= LongestEcho && !clientId.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            headers[ClientRequestId] = clientId;
        }
    }

    private static string NetworkInfo(IPAddress? address) =>
        $"conn_type={(address?.AddressFamily == AddressFamily.InterNetworkV6 ? "Ipv6" : "Ipv4")};addr={address};act_addr_fam={address?.AddressFamily};";
}
