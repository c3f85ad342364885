using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>
/// Asks the vault what token it wants, then gets one. The first request to a vault is sent without a token and
/// without its body: before the challenge is checked, nothing of value leaves. The base class caches and renews tokens.
/// </summary>
internal sealed class ChallengeBasedAuthenticationPolicy(TokenCredential credential, bool verifyResource)
    : BearerTokenAuthenticationPolicy(credential, Array.Empty<string>())
{
    private const string WithheldBody = "KeyVaultContent";

    /// <summary>By host and port, for all clients of the process: a second client needs no challenge.</summary>
    private static readonly ConcurrentDictionary<string, TokenTarget> Known = new(StringComparer.OrdinalIgnoreCase);

    private volatile TokenTarget _target;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessAsync(message, pipeline, async: false).EnsureCompleted();

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessAsync(message, pipeline, async: true);

    private async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline, bool async)
    {
        if (message.Request.Uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidOperationException("Bearer token authentication is not permitted for non TLS protected (https) endpoints.");
        }

        await AuthorizeAsync(message, async).ConfigureAwait(false);
        await NextAsync(message, pipeline, async).ConfigureAwait(false);
        if (ChallengeOf(message) is { } challenge
            && await AnswerAsync(message, challenge, async).ConfigureAwait(false))
        {
            await NextAsync(message, pipeline, async).ConfigureAwait(false);

            // The token just fetched may itself be told to be renewed with claims. Once: a second time means no.
            if (ChallengeOf(message) is { Claims: not null } claimed
                && await AnswerAsync(message, claimed, async).ConfigureAwait(false))
            {
                await NextAsync(message, pipeline, async).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask AuthorizeAsync(HttpMessage message, bool async)
    {
        _target ??= Known.GetValueOrDefault(AuthorityOf(message));
        if (_target is { } target)
        {
            await AddTokenAsync(message, target, claims: null, async).ConfigureAwait(false);
        }
        else if (!message.TryGetProperty(WithheldBody, out _))
        {
            // On a retry of the bare request the body is already withheld: it must not be overwritten by "none".
            message.SetProperty(WithheldBody, message.Request.Content!);
            message.Request.Content = null;
        }
    }

    /// <summary>Adds the token that a challenge asks for; false if it asks for nothing that is known.</summary>
    private async ValueTask<bool> AnswerAsync(HttpMessage message, Challenge challenge, bool async)
    {
        if (message.Request.Content is null && message.TryGetProperty(WithheldBody, out var body))
        {
            message.Request.Content = body as RequestContent;
        }

        var authority = AuthorityOf(message);
        var claims = challenge.Claims;
        if (claims is null && challenge.Scope is { } scope)
        {
            Verify(scope, message.Request.Uri.Host);
            Known[authority] = _target = new TokenTarget(scope, challenge.Tenant());
        }
        else if (claims is null || !Known.ContainsKey(authority))
        {
            return false;
        }

        await AddTokenAsync(message, Known[authority], claims, async).ConfigureAwait(false);
        return true;
    }

    /// <summary>A host may only ask for tokens of a resource it lies below; else any host could ask for anybody's token.</summary>
    private void Verify(string scope, string host)
    {
        if (!verifyResource)
        {
            return;
        }

        if (!Uri.TryCreate(scope, UriKind.Absolute, out var resource))
        {
            throw new InvalidOperationException($"The challenge contains invalid scope '{scope}'.");
        }

        if (!host.EndsWith($".{resource.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException($"The challenge resource '{resource.Host}' does not match the requested domain. Set " +
                "DisableChallengeResourceVerification to true in your client options to disable. See https://aka.ms/azsdk/blog/vault-uri for more " +
                "information.");
        }
    }

    private async ValueTask AddTokenAsync(HttpMessage message, TokenTarget target, string claims, bool async)
    {
        // Also for a target known from before: another client may have stored it unchecked, and a page's nextLink may
        // lead to another host. (The real package checks challenges only.)
        Verify(target.Scope, message.Request.Uri.Host);
        var context = new TokenRequestContext(
            [target.Scope], message.Request.ClientRequestId, claims, target.Tenant, isCaeEnabled: true);
        if (async)
        {
            await AuthenticateAndAuthorizeRequestAsync(message, context).ConfigureAwait(false);
        }
        else
        {
            AuthenticateAndAuthorizeRequest(message, context);
        }
    }

    private static async ValueTask NextAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline, bool async)
    {
        if (async)
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }
        else
        {
            ProcessNext(message, pipeline);
        }
    }

    private static Challenge ChallengeOf(HttpMessage message) =>
        message.Response.Status == 401 ? Challenge.In(message.Response) : null;

    private static string AuthorityOf(HttpMessage message)
    {
        var address = message.Request.Uri.ToUri();
        return $"{address.Host}:{address.Port}";
    }

    private sealed record TokenTarget(string Scope, string Tenant);
}
