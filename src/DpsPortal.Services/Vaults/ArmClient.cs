using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DpsPortal.Services.Vaults;

/// <summary>Azure Resource Manager's REST conventions on Azure.Core's pipeline, as far as they are needed here.</summary>
internal sealed class ArmClient
{
    private readonly Uri _endpoint;
    private readonly HttpPipeline _pipeline;

    public ArmClient(PortalServicesOptions options, AdministratorAccess access, AdministratorCredential credential)
    {
        _endpoint = options.ManagementEndpoint ?? throw new InvalidOperationException("The options were not validated.");
        var client = new ArmClientOptions { Retry = { MaxRetries = 2, Delay = access.RetryDelay, NetworkTimeout = TimeSpan.FromSeconds(20) } };
        client.AddPolicy(UnansweredInTime.Policy, HttpPipelinePosition.PerCall);
        if (access.Transport is { } transport)
        {
            client.Transport = transport;
        }

        _pipeline = HttpPipelineBuilder.Build(client, new BearerTokenAuthenticationPolicy(credential, options.ManagementScope));
    }

    public async Task<T> GetAsync<T>(string path, string apiVersion, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Read(await SendAsync(RequestMethod.Get, AddressOf(path, apiVersion), null, cancellationToken).ConfigureAwait(false), type);

    public async Task<IReadOnlyList<T>> ListAsync<T>(
        string path, string apiVersion, string? filter, JsonTypeInfo<ArmPage<T>> type, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        for (var next = AddressOf(path, apiVersion, filter); next is not null;)
        {
            var page = Read(await SendAsync(RequestMethod.Get, next, null, cancellationToken).ConfigureAwait(false), type);
            found.AddRange(page.Value);
            next = string.IsNullOrEmpty(page.NextLink) ? null : SameHost(new Uri(page.NextLink));
        }

        return found;
    }

    public async Task<TAnswer> PutAsync<TBody, TAnswer>(
        string path, string apiVersion, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        Read(
            await SendAsync(RequestMethod.Put, AddressOf(path, apiVersion), JsonSerializer.SerializeToUtf8Bytes(body, bodyType), cancellationToken)
                .ConfigureAwait(false),
            answerType);

    /// <summary>Deletes; a resource that is gone already (204, or 404 in ARM's own form) is no error.</summary>
    public async Task DeleteAsync(string path, string apiVersion, CancellationToken cancellationToken)
    {
        try
        {
            // The answer is what was deleted, or nothing: a page that somebody else put in its place says nothing of that.
            using var response = await SendAsync(RequestMethod.Delete, AddressOf(path, apiVersion), null, cancellationToken).ConfigureAwait(false);
            if (response.Content.ToMemory().Length > 0)
            {
                Read(response, ArmJson.Default.JsonElement);
            }
        }
        catch (RequestFailedException gone) when (gone is { Status: 404, ErrorCode: not null })
        {
        }
    }

    private async Task<Response> SendAsync(RequestMethod method, Uri address, byte[]? body, CancellationToken cancellationToken)
    {
        var message = _pipeline.CreateMessage();
        if (method == RequestMethod.Get)
        {
            // A person waits for a read.
            message.NetworkTimeout = Patience.Silence;
        }

        using var request = message.Request;
        request.Method = method;
        request.Uri.Reset(address);
        request.Headers.Add(HttpHeader.Common.JsonAccept);
        if (body is not null)
        {
            request.Headers.Add(HttpHeader.Common.JsonContentType);
            request.Content = RequestContent.Create(body);
        }

        await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var response = message.Response;
        return response.Status is >= 200 and < 300 ? response : throw new RequestFailedException(response);
    }

    private static T Read<T>(Response response, JsonTypeInfo<T> type)
    {
        using (response)
        {
            try
            {
                return JsonSerializer.Deserialize(response.Content, type) ?? throw new JsonException();
            }
            catch (JsonException unusable)
            {
                // Like an answer that never came: nothing can be concluded from it.
                throw new RequestFailedException(0, "The management endpoint answered something else than a resource.", unusable);
            }
        }
    }

    /// <summary>The token goes nowhere else, whatever a page says is its successor or a resource its id.</summary>
    private Uri SameHost(Uri next) => Uri.Compare(next, _endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
        ? next
        : throw new RequestFailedException(0, "The management endpoint names another host than its own.");

    private Uri AddressOf(string path, string apiVersion, string? filter = null) =>
        SameHost(new Uri(_endpoint, $"{path}?api-version={apiVersion}{(filter is null ? "" : "&$filter=" + Uri.EscapeDataString(filter))}"));

    private sealed class ArmClientOptions : ClientOptions;
}
