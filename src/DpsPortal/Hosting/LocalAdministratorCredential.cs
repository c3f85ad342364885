using Azure.Core;
using Azure.Core.Pipeline;

namespace DpsPortal.Hosting;

/// <summary>The administrator's service: client credentials, with the secret that the vault made at its first start.</summary>
internal sealed class LocalAdministratorCredential(HttpPipeline pipeline, Uri tokenEndpoint, string clientId, string secretFile) : LocalCredential(pipeline)
{
    protected override void Prepare(Request request, string scope)
    {
        request.Method = RequestMethod.Post;
        request.Uri.Reset(tokenEndpoint);
        request.Headers.Add("Content-Type", "application/x-www-form-urlencoded");
        request.Content = RequestContent.Create(BinaryData.FromString(
            $"grant_type=client_credentials&client_id={clientId}" +
            $"&client_secret={Uri.EscapeDataString(File.ReadAllText(secretFile).Trim())}&scope={Uri.EscapeDataString(scope)}"));
    }
}
