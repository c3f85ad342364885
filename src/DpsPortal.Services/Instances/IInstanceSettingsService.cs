using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Instances;

/// <summary>
/// What ARM knows of an instance beside its key: linked IoT hubs and shared access policies. All of it works while the key is
/// revoked. A change is done when DPS, asked again, holds it.
/// </summary>
public interface IInstanceSettingsService
{
    /// <summary>The linked hubs, by host name.</summary>
    [Requires(Permission.View)]
    Task<LinkedHubs> ListHubsAsync(Person person, string instance, CancellationToken cancellationToken);

    /// <summary>Refused for a hub that is linked already, since changing that link is another call, and for a host that is no IoT hub's.</summary>
    [Requires(Permission.EditInstanceSettings)]
    Task<Outcome<LinkedHub>> LinkHubAsync(Person person, string instance, LinkedHub hub, CancellationToken cancellationToken);

    /// <summary>Changes weight, region and allocation of a link. Refused when the hub is not linked.</summary>
    [Requires(Permission.EditInstanceSettings)]
    Task<Outcome<LinkedHub>> ChangeHubAsync(Person person, string instance, LinkedHub hub, CancellationToken cancellationToken);

    /// <summary>Devices that are assigned to it stay there until they register again.</summary>
    [Requires(Permission.EditInstanceSettings)]
    Task<Outcome<bool>> UnlinkHubAsync(Person person, string instance, string hostName, CancellationToken cancellationToken);

    /// <summary>Without keys.</summary>
    [Requires(Permission.View)]
    Task<SharedAccessPolicies> ListPoliciesAsync(Person person, string instance, CancellationToken cancellationToken);

    /// <summary>With new keys. Refused when the name is taken.</summary>
    [Requires(Permission.EditInstanceSettings)]
    Task<Outcome<SharedAccessPolicy>> CreatePolicyAsync(Person person, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken);

    /// <summary>Changes the rights and keeps the keys. Refused when there is no such policy any more.</summary>
    [Requires(Permission.EditInstanceSettings)]
    Task<Outcome<SharedAccessPolicy>> ChangePolicyAsync(Person person, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken);

    /// <summary>Tokens signed with its keys are refused from then on.</summary>
    [Requires(Permission.EditInstanceSettings)]
    Task<Outcome<bool>> RemovePolicyAsync(Person person, string instance, string policy, CancellationToken cancellationToken);

    /// <summary>Reads the keys of a policy. The reveal is in the activity log before it is answered.</summary>
    [Requires(Permission.RevealPolicyKeys)]
    Task<Outcome<RevealedPolicy>> RevealPolicyAsync(Person person, string instance, string policy, CancellationToken cancellationToken);
}
