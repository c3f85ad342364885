using Azure.Core;
using Azure.Core.Pipeline;

namespace DpsPortal.Services;

/// <summary>As whom, and over which transport, the service layer calls vaults and their management. Never an instance's identity.</summary>
public sealed class AdministratorAccess
{
    public required TokenCredential Credential { get; init; }

    /// <summary>Client id of the identity behind the credential, where it is known; no instance may use that one.</summary>
    public string? ClientId { get; init; }

    /// <summary>Where host names do not resolve by themselves; otherwise Azure.Core's own.</summary>
    public HttpPipelineTransport? Transport { get; init; }

    /// <summary>Pause before a call is repeated the first time; it grows with each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(300);
}
