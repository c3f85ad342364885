using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Capabilities;

/// <summary>
/// What ARM knows of an instance beside its key: linked IoT hubs and shared access policies. It stays readable and changeable
/// while the key is revoked.
/// </summary>
public interface IInstanceSettings
{
    /// <summary>By host name; empty for an unknown instance.</summary>
    Task<IReadOnlyList<LinkedHub>> ListHubsAsync(Caller caller, string instance, CancellationToken cancellationToken);

    /// <summary>Links a hub, or changes the link.</summary>
    Task<Outcome<LinkedHub>> PutHubAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken);

    /// <summary>Devices that are assigned to it stay there until they register again.</summary>
    Task<Outcome<bool>> RemoveHubAsync(Caller caller, string instance, string hostName, CancellationToken cancellationToken);

    /// <summary>By name, without keys; empty for an unknown instance.</summary>
    Task<IReadOnlyList<SharedAccessPolicy>> ListPoliciesAsync(Caller caller, string instance, CancellationToken cancellationToken);

    /// <summary>Creates a policy with new keys, or changes the rights of one and keeps its keys.</summary>
    Task<Outcome<SharedAccessPolicy>> PutPolicyAsync(Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken);

    /// <summary>Tokens signed with its keys are refused from then on.</summary>
    Task<Outcome<bool>> RemovePolicyAsync(Caller caller, string instance, string policy, CancellationToken cancellationToken);

    /// <summary>Reads a policy's keys. The log has it before they are returned.</summary>
    Task<Outcome<SharedAccessKeys>> RevealPolicyAsync(Caller caller, string instance, string policy, CancellationToken cancellationToken);
}
