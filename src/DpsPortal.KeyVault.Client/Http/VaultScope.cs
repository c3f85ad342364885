using System.Diagnostics;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>The span of one call.</summary>
internal readonly struct VaultScope(Activity activity) : IDisposable
{
    /// <summary>Marks the span as failed. The tag is the status' code, as OpenTelemetry wants it, never a message.</summary>
    public void Failed(Exception error)
    {
        activity?.SetTag("error.type", error is RequestFailedException { ErrorCode: { } code } ? code : error.GetType().FullName);
        activity?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose() => activity?.Dispose();
}
