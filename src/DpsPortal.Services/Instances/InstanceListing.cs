namespace DpsPortal.Services.Instances;

/// <summary>A page of instances, by name.</summary>
/// <param name="Total">How many there are on all pages.</param>
/// <param name="ReadAt">When this was read.</param>
public sealed record InstanceListing(
    IReadOnlyList<InstanceOverview> Instances, bool HasPrevious, bool HasNext, int Total, DateTimeOffset ReadAt);
