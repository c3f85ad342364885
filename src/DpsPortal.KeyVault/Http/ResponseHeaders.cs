using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>The headers that Key Vault puts on every answer.</summary>
internal static class ResponseHeaders
{
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
        headers["x-ms-keyvault-region"] = region;
        headers["x-ms-keyvault-service-version"] = "1.9.3000.1";
        headers["x-ms-keyvault-network-info"] = $"conn_type=Ipv4;addr={http.Connection.RemoteIpAddress};act_addr_fam=InterNetwork;";
        headers["x-ms-request-id"] = requestId;
        // Kestrel reads more in a request's header than it agrees to write in an answer's.
        var clientId = http.Request.Headers[ClientRequestId].ToString();
        if (clientId.Length is > 0 and <= LongestEcho && !clientId.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            headers[ClientRequestId] = clientId;
        }
    }
}
