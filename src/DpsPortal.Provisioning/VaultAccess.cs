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
}
