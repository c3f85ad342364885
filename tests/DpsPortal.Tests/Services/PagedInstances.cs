using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;

namespace DpsPortal.Tests.Services;

/// <summary>Pages as DPS makes them, of instances that a test describes.</summary>
internal static class PagedInstances
{
    /// <param name="all">By name.</param>
    public static (
        IReadOnlyList<ProvisioningInstance> Page,
        bool HasPrevious,
        bool HasNext,
        int Total) Of(IReadOnlyList<ProvisioningInstance> all, InstanceQuery query) => InstancePages.Of(
        all,
        query,
        instance => new InstanceTexts(instance.Name, instance.IdScope, instance.Location, instance.ResourceGroup, KeyOf(instance)?.ConfiguredKey.Name ?? ""),
        instance => KeyOf(instance)?.Access.Access);

    private static InstanceEncryption.CustomerManagedKey? KeyOf(ProvisioningInstance instance) => instance.Encryption as InstanceEncryption.CustomerManagedKey;
}
