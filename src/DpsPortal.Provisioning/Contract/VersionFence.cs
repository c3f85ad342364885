namespace DpsPortal.Provisioning.Contract;

/// <param name="InstanceKeys">How many instance keys (current or retiring forms) the version still wraps.</param>
/// <param name="Instances">Names of the instances concerned.</param>
public sealed record VersionFence(KeyIdentifier Version, int InstanceKeys, IReadOnlyList<string> Instances);
