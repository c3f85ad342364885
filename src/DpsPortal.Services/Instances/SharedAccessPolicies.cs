using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>The shared access policies of an instance, without keys, when this was read.</summary>
/// <param name="Policies">By name.</param>
public sealed record SharedAccessPolicies(IReadOnlyList<SharedAccessPolicy> Policies, DateTimeOffset ReadAt);
