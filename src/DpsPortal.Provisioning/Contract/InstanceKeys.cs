namespace DpsPortal.Provisioning.Contract;

/// <summary>Which keys an instance needs, and nothing else of it: that is told of all instances at little cost.</summary>
/// <param name="ConfiguredKey"><see langword="null"/> with a Microsoft-managed key.</param>
/// <param name="WrappedKeys">As in <see cref="InstanceEncryption.CustomerManagedKey"/>.</param>
public sealed record InstanceKeys(string Name, DateTimeOffset CreatedAt, KeyIdentifier? ConfiguredKey, IReadOnlyList<WrappedInstanceKey> WrappedKeys)
{
    /// <summary>What it is configured for and what it is wrapped by, as often as it is.</summary>
    public IEnumerable<KeyIdentifier> Needed => ConfiguredKey is null ? [] : WrappedKeys.Select(form => form.WrappedBy).Prepend(ConfiguredKey);
}
