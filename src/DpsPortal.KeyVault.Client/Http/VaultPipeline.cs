using System.Buffers;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>Azure.Core's pipeline (retries, logging, transport) with the vault's authentication, below one address.</summary>
internal sealed class VaultPipeline(Uri baseUri, string apiVersion, HttpPipeline http)
{
    public Uri BaseUri => baseUri;

    public static VaultPipeline Create(
        Uri baseUri, TokenCredential credential, ClientOptions options, string apiVersion, bool anyResource)
    {
        var authentication = new ChallengeBasedAuthenticationPolicy(credential, verifyResource: !anyResource);
        return new VaultPipeline(baseUri, apiVersion, HttpPipelineBuilder.Build(options, authentication));
    }

    /// <summary>The same pipeline below another address: tokens and connections are shared.</summary>
    public VaultPipeline At(Uri address) => new(address, apiVersion, http);

    /// <summary>The absolute address of a path, with the version every request carries.</summary>
    public Uri AddressOf(string path)
    {
        var address = new RequestUriBuilder();
        address.Reset(baseUri);
        address.AppendPath(path, escape: false);
        address.AppendQuery("api-version", apiVersion);
        return address.ToUri();
    }

    /// <exception cref="RequestFailedException">The vault refused.</exception>
    public ValueTask<Response<T>> SendAsync<T>(VaultCall<T> call, bool async, CancellationToken cancellationToken) =>
        SendAsync(call, AddressOf(call.Path), async, cancellationToken);

    /// <summary>Sends a call to an address the vault itself gave: it is followed as it is.</summary>
    /// <exception cref="RequestFailedException">The vault refused.</exception>
    public async ValueTask<Response<T>> SendAsync<T>(
        VaultCall<T> call, Uri address, bool async, CancellationToken cancellationToken)
    {
        var response = await SendAsync(CreateRequest(call.Method, address, call.WriteBody), async, cancellationToken).ConfigureAwait(false);
        if (!IsSuccess(response))
        {
            throw new RequestFailedException(response);
        }

        using var json = JsonDocument.Parse(response.Content);
        return Response.FromValue(call.Read(json.RootElement), response);
    }

    /// <summary>Sends a request without a body, and hands back whatever the vault answers.</summary>
    public ValueTask<Response> SendAsync(RequestMethod method, string path, bool async, CancellationToken cancellationToken) =>
        SendAsync(CreateRequest(method, AddressOf(path), null), async, cancellationToken);

    public static bool IsSuccess(Response response) => response.Status is 200 or 201 or 202 or 204;

    private async ValueTask<Response> SendAsync(Request message, bool async, CancellationToken cancellationToken)
    {
        using var request = message;
        return async
            ? await http.SendRequestAsync(request, cancellationToken).ConfigureAwait(false)
            : http.SendRequest(request, cancellationToken);
    }

    private Request CreateRequest(RequestMethod method, Uri address, Action<Utf8JsonWriter> writeBody)
    {
        var request = http.CreateRequest();
        request.Method = method;
        request.Uri.Reset(address);
        request.Headers.Add(HttpHeader.Common.JsonContentType);
        request.Headers.Add(HttpHeader.Common.JsonAccept);
        if (writeBody is not null)
        {
            request.Content = RequestContent.Create(Body(writeBody));
        }

        return request;
    }

    private static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
