using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Rotation;

/// <summary>What a rotation or a pick-up was asked to do.</summary>
/// <param name="From">The current version when it was asked for. A rotation that finds a newer one adopts it: it is its own, made before a crash.</param>
/// <param name="Instances">Those that follow the key, when it was asked for.</param>
internal sealed record RewrapIntent(KeyIdentifier From, IReadOnlyList<string> Instances);
