using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>Which instances a page shows. Pure: DPS has them all in memory, and their keys are looked up for the page alone.</summary>
internal static class InstancePages
{
    private const int LongestPage = 200;

    /// <param name="all">By name.</param>
    public static (IReadOnlyList<ProvisioningInstance> Page, bool HasPrevious, bool HasNext, int Total) Of(
        IReadOnlyList<ProvisioningInstance> all, InstanceQuery query)
    {
        var matching = all.Where(instance => Matches(instance, query)).ToList();
        if (query.Descending)
        {
            matching.Reverse();
        }

        var count = Math.Clamp(query.Count, 1, LongestPage);
        var (from, to) = query switch
        {
            { After: { } after } => (matching.Count(instance => Order(instance, after, query) <= 0), int.MaxValue),
            { Before: { } before } => (0, matching.Count(instance => Order(instance, before, query) < 0)),
            _ => (0, int.MaxValue),
        };

        // Before a name it is the nearest that are shown, after it as well.
        from = to == int.MaxValue ? from : Math.Max(0, to - count);
        var page = matching.Skip(from).Take(Math.Min(count, to - from)).ToList();
        return (page, from > 0, from + page.Count < matching.Count, matching.Count);
    }

    private static int Order(ProvisioningInstance instance, string name, InstanceQuery query) =>
        StringComparer.OrdinalIgnoreCase.Compare(instance.Name, name) * (query.Descending ? -1 : 1);

    private static bool Matches(ProvisioningInstance instance, InstanceQuery query)
    {
        var customer = instance.Encryption as InstanceEncryption.CustomerManagedKey;
        return (query.Access is null || customer?.Access.Access == query.Access)
            && (query.Search?.Trim() is not { Length: > 0 } search
                || new[] { instance.Name, instance.IdScope, instance.Location, instance.ResourceGroup, customer?.ConfiguredKey.Name ?? "" }
                    .Any(text => text.Contains(search, StringComparison.OrdinalIgnoreCase))
                || query.Locations.Contains(instance.Location, StringComparer.OrdinalIgnoreCase));
    }
}
