using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>
/// A vault of canned answers below Azure.Core's own HTTP transport, so headers are what a real one would get. It
/// challenges requests without a token and has a host name of its own, as challenges are cached per host in the process.
/// </summary>
internal sealed class RecordingVault(params Func<RecordedRequest, HttpResponseMessage>[] answers) : HttpMessageHandler
{
    public const string Tenant = "11111111-2222-3333-4444-555555555555";

    private readonly Queue<Func<RecordedRequest, HttpResponseMessage>> _answers = new(answers);

    public Uri Address { get; } = new($"https://v{Guid.NewGuid():N}.vault.localhost:8443");

    public string Challenge { get; init; } = $"Bearer authorization=\"https://login.localhost/{Tenant}\", resource=\"https://vault.localhost\"";

    public List<RecordedRequest> Requests { get; } = [];

    public IEnumerable<RecordedRequest> Authorized => Requests.Where(request => request.Authorization is not null);

    public RecordingCredential Credential { get; } = new();

    public KeyClient CreateClient(Action<KeyClientOptions>? configure = null)
    {
        var options = new KeyClientOptions { Transport = new HttpClientTransport(this) };
        options.Retry.Delay = options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
        configure?.Invoke(options);
        return new KeyClient(Address, Credential, options);
    }

    public CryptographyClient CreateCryptographyClient(string path)
    {
        var options = new CryptographyClientOptions { Transport = new HttpClientTransport(this) };
        options.Retry.Delay = options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
        return new CryptographyClient(new Uri(Address, path), Credential, options);
    }

    public static Func<RecordedRequest, HttpResponseMessage> Json(string json, int status = 200) =>
        _ => Answer(status, json);

    public static HttpResponseMessage Answer(int status, string json, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        AnswerTo(Record(request, request.Content is { } content ? new StreamReader(content.ReadAsStream(cancellationToken)).ReadToEnd() : null));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        AnswerTo(Record(request, request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : null));

    private static RecordedRequest Record(HttpRequestMessage request, string? body) => new(
        request.Method.Method,
        request.RequestUri!.AbsoluteUri,
        request.RequestUri.PathAndQuery,
        request.Headers.TryGetValues("Authorization", out var values) ? string.Join(",", values) : null,
        body,
        request.Content?.Headers.ContentLength);

    private HttpResponseMessage AnswerTo(RecordedRequest request)
    {
        Requests.Add(request);
        return request.Authorization is null
            ? Answer(
                401, """{"error":{"code":"Unauthorized","message":"AKV10000: Request is missing a Bearer or PoP token."}}""", ("WWW-Authenticate", Challenge))
            : _answers.Dequeue()(request);
    }
}
