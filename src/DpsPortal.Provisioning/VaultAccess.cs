using Azure.Core;
using Azure.Core.Pipeline;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning;

/// <summary>How the simulated DPS reaches vaults: always as the managed identity of the instance concerned.</summary>
public sealed class VaultAccess
{
    /// <summary>The credential of an instance's identity. Never an administrator's.</summary>
    public required Func<ManagedIdentity, TokenCredential> CredentialFor { get; init; }

    /// <summary>Transport for vaults whose names do not resolve or whose certificates are our own; <see langword="null"/> for the usual one.</summary>
    public HttpPipelineTransport? Transport { get; init; }

    /// <summary>Pause before the first of two repeats of a call that failed in passing; doubled before the second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);
}
