using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>Azure IoT Hub DPS, allocation policies. A pure function of the enrollment, the linked hubs and the registration id.</summary>
internal static class HubAllocation
{
    /// <summary>The linked hubs that an enrollment may use: those it names, in its order, or all that take part in allocation.</summary>
    public static IReadOnlyList<LinkedHub> Candidates(EnrollmentTerms terms, IEnumerable<LinkedHub> linked) => terms.Hubs.Count == 0
        ? [.. linked.Where(hub => hub.ApplyAllocationPolicy)]
        : [.. terms.Hubs.Join(linked, name => name, hub => hub.HostName, (_, hub) => hub, StringComparer.OrdinalIgnoreCase)];

    /// <param name="location">Region of the DPS instance, which stands for the device's: no latency is measured here.</param>
    public static HubChoice Choose(EnrollmentTerms terms, IReadOnlyList<LinkedHub> candidates, string location, string registrationId)
    {
        if (candidates.Count == 0)
        {
            return new HubChoice.None(Http.DpsError.NoHub, terms.Hubs.Count == 0
                ? "No IoT hub is linked to the DPS instance. Link one."
                : $"None of the IoT hubs that the enrollment names is linked to the DPS instance: {string.Join(", ", terms.Hubs)}.");
        }

        switch (terms.AllocationPolicy)
        {
            case "static" when terms.Hubs.Count == 0:
                return new HubChoice.None(Http.DpsError.NoHub, "The static allocation policy needs the enrollment to name an IoT hub.");
            case "static":
                return new HubChoice.Hub(candidates[0].HostName, "static");
            case "geoLatency":
                var near = candidates.Where(hub => string.Equals(hub.Location, location, StringComparison.OrdinalIgnoreCase)).ToList();
                return new HubChoice.Hub(Hash(near.Count > 0 ? near : candidates, registrationId), "geoLatency (modelled by region)");
            default:
                return new HubChoice.Hub(Hash(candidates, registrationId), "hashed");
        }
    }

    /// <summary>
    /// Weighted rendezvous hashing: shares follow the weights, and linking or unlinking a hub moves no device but those that go
    /// to it or came from it.
    /// </summary>
    private static string Hash(IEnumerable<LinkedHub> hubs, string registrationId) => hubs.MaxBy(hub =>
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{hub.HostName.ToLowerInvariant()}\n{registrationId}"));
        var uniform = ((BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) + 0.5) / (1UL << 53);
        return -hub.AllocationWeight / Math.Log(uniform);
    })!.HostName;
}
