using System.Text;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>RFC 6749, section 2.3.1: a client's id and secret, in the form or in the header. Holds a secret: prints only its type name.</summary>
internal sealed record ClientSecret(Guid ClientId, string Secret)
{
    private const string Basic = "Basic ";

    public static ClientSecret? Read(HttpRequest request, IFormCollection form)
    {
        var header = request.Headers.Authorization.ToString();
        var (id, secret) = header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
            ? FromHeader(header[Basic.Length..])
            : ((string?)form["client_id"], (string?)form["client_secret"]);
        return Guid.TryParse(id, out var clientId) && secret is { Length: > 0 } ? new ClientSecret(clientId, secret) : null;
    }

    public override string ToString() => nameof(ClientSecret);

    private static (string? Id, string? Secret) FromHeader(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var id, var secret]
            ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret))
            : (null, null);
    }
}
