using Azure.Core;
using Azure.Core.Pipeline;

namespace DpsPortal.Hosting;

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
