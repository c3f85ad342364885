using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Rotation;

/// <param name="To">The version to wrap under.</param>
/// <param name="Instances">Those to re-wrap.</param>
internal sealed record RewrapFacts(KeyIdentifier To, IReadOnlyList<string> Instances);
