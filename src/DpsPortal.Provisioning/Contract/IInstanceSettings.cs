namespace DpsPortal.Provisioning.Contract;

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

/// <summary>An IoT hub to which an instance may assign devices. Hubs are simulated by their names alone.</summary>
/// <param name="HostName">For example <c>contoso-hub.azure-devices.net</c>.</param>
/// <param name="Location">Azure region.</param>
/// <param name="AllocationWeight">1 to 1,000; its share of devices under the hashed policy.</param>
/// <param name="ApplyAllocationPolicy">Whether enrollments that name no hubs may use it.</param>
public sealed record LinkedHub(string HostName, string Location, int AllocationWeight = 1, bool ApplyAllocationPolicy = true);

/// <summary>What a shared access policy permits on the service API (AccessRightsDescription).</summary>
[Flags]
public enum AccessRights
{
    None = 0,
    ServiceConfig = 1,
    EnrollmentRead = 2,
    EnrollmentWrite = 4,
    DeviceConnect = 8,
    RegistrationStatusRead = 16,
    RegistrationStatusWrite = 32,
    All = ServiceConfig | EnrollmentRead | EnrollmentWrite | DeviceConnect | RegistrationStatusRead | RegistrationStatusWrite,
}

public sealed record SharedAccessPolicy(string Name, AccessRights Rights)
{
    /// <summary>The policy that every instance is created with; it has every right.</summary>
    public const string Owner = "provisioningserviceowner";
}

/// <summary>Base64 of 32 bytes each.</summary>
public sealed record SharedAccessKeys(string PrimaryKey, string SecondaryKey)
{
    /// <summary>Keys never reach a log by accident.</summary>
    public override string ToString() => nameof(SharedAccessKeys);
}
