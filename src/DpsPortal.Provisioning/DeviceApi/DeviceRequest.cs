using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.SharedAccess;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>A request of a device: which instance, which device, and what it proves itself with.</summary>
internal sealed record DeviceRequest(HttpContext Http, LoadedInstance Instance, string RegistrationId, OperationTrail Trail, JsonObject Content)
{
    public CancellationToken Aborted => Http.RequestAborted;

    public string InstanceName => Instance.Header.Name;

    /// <summary>What a device's token must be for.</summary>
    public string Resource => $"{Instance.Header.IdScope}/registrations/{RegistrationId}";

    public DeviceCredentials Credentials { get; } = new(
        SharedAccessSignature.Parse(Http.Request.Headers.Authorization.ToString()), Http.Connection.ClientCertificate, ClientChain.Of(Http));
}
