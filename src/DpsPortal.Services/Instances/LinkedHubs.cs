using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>The hubs that an instance assigns devices to, when this was read.</summary>
/// <param name="Hubs">By host name.</param>
public sealed record LinkedHubs(IReadOnlyList<LinkedHub> Hubs, DateTimeOffset ReadAt);
