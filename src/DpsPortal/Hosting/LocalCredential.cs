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
