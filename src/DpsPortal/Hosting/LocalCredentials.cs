using System.Collections.Concurrent;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DpsPortal.Hosting;

/// <summary>Tokens from the embedded vault's issuer, kept until shortly before they expire.</summary>
internal abstract class LocalCredential(HttpPipeline pipeline) : TokenCredential
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, AccessToken> _tokens = new(StringComparer.Ordinal);

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var scope = requestContext.Scopes.Single();
        if (_tokens.TryGetValue(scope, out var cached) && cached.ExpiresOn - RenewBefore > DateTimeOffset.UtcNow)
        {
            return cached;
        }

        using var message = pipeline.CreateMessage();
        Prepare(message.Request, scope);
        await pipeline.SendAsync(message, cancellationToken);
        if (message.Response.IsError)
        {
            throw new RequestFailedException(message.Response);
        }

        using var document = JsonDocument.Parse(message.Response.Content);
        var token = new AccessToken(document.RootElement.GetProperty("access_token").GetString()!, ExpiresOn(document.RootElement));
        _tokens[scope] = token;
        return token;
    }

    protected abstract void Prepare(Request request, string scope);

    // expires_in is a number from the OAuth endpoint, expires_on a string of seconds from the managed-identity endpoint.
    private static DateTimeOffset ExpiresOn(JsonElement answer) =>
        answer.TryGetProperty("expires_on", out var expiresOn)
            ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiresOn.ToString(), System.Globalization.CultureInfo.InvariantCulture))
            : DateTimeOffset.UtcNow.AddSeconds(answer.GetProperty("expires_in").GetInt32());
}

/// <summary>The administrator's service: client credentials, with the secret that the vault made at its first start.</summary>
internal sealed class LocalAdministratorCredential(HttpPipeline pipeline, Uri tokenEndpoint, string clientId, string secretFile) : LocalCredential(pipeline)
{
    protected override void Prepare(Request request, string scope)
    {
        request.Method = RequestMethod.Post;
        request.Uri.Reset(tokenEndpoint);
        request.Headers.Add("Content-Type", "application/x-www-form-urlencoded");
        request.Content = RequestContent.Create(BinaryData.FromString(
            $"grant_type=client_credentials&client_id={clientId}&client_secret={Uri.EscapeDataString(File.ReadAllText(secretFile).Trim())}&scope={Uri.EscapeDataString(scope)}"));
    }
}

/// <summary>An instance's managed identity: the App Service identity endpoint that the embedded vault offers.</summary>
internal sealed class LocalIdentityCredential(HttpPipeline pipeline, Uri identityEndpoint, string clientId, string headerFile) : LocalCredential(pipeline)
{
    protected override void Prepare(Request request, string scope)
    {
        request.Method = RequestMethod.Get;
        request.Uri.Reset(identityEndpoint);
        request.Uri.AppendQuery("api-version", "2019-08-01");
        request.Uri.AppendQuery("resource", scope.Replace("/.default", "", StringComparison.Ordinal));
        request.Uri.AppendQuery("client_id", clientId);
        request.Headers.Add("X-IDENTITY-HEADER", File.ReadAllText(headerFile).Trim());
    }
}
