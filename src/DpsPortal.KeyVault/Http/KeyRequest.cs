using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.Management;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>A data-plane request whose caller and vault are known.</summary>
internal sealed class KeyRequest(HttpContext http, VaultResource vault, Caller caller, ApiVersion apiVersion, AuditTrail audit, Throttle throttle)
{
    public HttpContext Http => http;

    public VaultResource Vault => vault;

    public Caller Caller => caller;

    public ApiVersion ApiVersion => apiVersion;

    public AuditTrail Audit => audit;

    public string? Name { get; } = http.Request.RouteValues["name"] as string;

    public string? Version { get; } = http.Request.RouteValues["version"] as string;

    /// <summary>Counts a key that is made with what the body says; everything else is counted before the body is read.</summary>
    public VaultError? ChargeCreation(string keyType) => throttle.ChargeCreation(this, keyType);

    /// <summary>Host and port as the client wrote them, so that ids stay what they were wherever the listener moves.</summary>
    public string BaseAddress { get; } = $"https://{http.Request.Host.Value}";

    public string KeyId(string name, string? version) =>
        string.IsNullOrEmpty(version) ? $"{BaseAddress}/keys/{name}" : $"{BaseAddress}/keys/{name}/{version}";
}
