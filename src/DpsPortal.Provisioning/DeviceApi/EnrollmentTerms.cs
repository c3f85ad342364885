using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>What an enrollment says about a device that has proven itself.</summary>
/// <param name="Group">Id of the enrollment group, or none with an individual enrollment.</param>
/// <param name="Hubs">Host names that it names, in order; empty when the linked hubs serve.</param>
/// <param name="Enrollment">The enrollment as a webhook receives it, without its keys.</param>
internal sealed record EnrollmentTerms(
    string? Group,
    string? DeviceId,
    string AttestationType,
    bool Disabled,
    string AllocationPolicy,
    IReadOnlyList<string> Hubs,
    ReprovisionPolicy Reprovision,
    CustomAllocationDefinition? Custom,
    Func<JsonObject> Enrollment);
