namespace DpsPortal.Provisioning.Contract;

/// <summary>A page of instances.</summary>
/// <param name="Total">How many there are on all pages.</param>
public sealed record FoundInstances(IReadOnlyList<ProvisioningInstance> Instances, bool HasPrevious, bool HasNext, int Total);
