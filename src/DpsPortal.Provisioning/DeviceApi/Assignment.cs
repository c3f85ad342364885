using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>What is put on record of a registration. Pure.</summary>
/// <param name="Before">The record with the hub that the device has, if it has one.</param>
internal sealed record Assignment(string RegistrationId, EnrollmentTerms Terms, RegistrationRecord? Before)
{
    /// <param name="isStillIn">Whether a hub still has the device, though DPS has no record of that.</param>
    public RegistrationRecord To(HubChoice choice, JsonNode? payload, Func<string, string, bool> isStillIn)
    {
        var device = Terms.DeviceId ?? RegistrationId;
        return choice switch
        {
            HubChoice.Hub(var hub, _) => New("assigned") with
            {
                AssignedHub = hub,
                DeviceId = device,
                Substatus = Substatus(hub, isStillIn(hub, device)),
                InitialHub = Before is null || Before.AssignedHub == hub ? Before?.InitialHub : Before.InitialHub ?? Before.AssignedHub,
                Payload = payload,
            },
            HubChoice.None(var code, var reason) => New("failed") with { ErrorCode = code, ErrorMessage = reason },
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>The hub stays on record: a device that is disabled for a while is still there.</summary>
    public RegistrationRecord Disabled => Kept("disabled") with { ErrorMessage = "The device's enrollment is disabled. Enable it to let the device register." };

    public RegistrationRecord Pending => Kept("assigning");

    /// <summary>Of one that nobody brings to an end any more.</summary>
    public static RegistrationRecord Abandoned(RegistrationRecord pending) => new()
    {
        RegistrationId = pending.RegistrationId,
        EnrollmentGroupId = pending.EnrollmentGroupId,
        Status = "failed",
        ErrorCode = DpsError.CustomAllocationFailed,
        ErrorMessage = "The custom allocation was not brought to an end: the service was stopped, or had no access to its key. Register again.",
    };

    private RegistrationRecord Kept(string status) =>
        (Before ?? New(status)) with { EnrollmentGroupId = Terms.Group, Status = status, ErrorCode = null, ErrorMessage = null };

    private RegistrationRecord New(string status) => new() { RegistrationId = RegistrationId, EnrollmentGroupId = Terms.Group, Status = status };

    /// <summary>AssignedDeviceSubstatus: a device that stays where it is keeps what it had.</summary>
    private string Substatus(string hub, bool isStillIn)
    {
        if (Before is null)
        {
            return isStillIn ? "reprovisionedToInitialAssignment" : "initialAssignment";
        }

        if (Before.AssignedHub == hub)
        {
            return Before.Substatus ?? "initialAssignment";
        }

        return Before.InitialHub == hub ? "reprovisionedToInitialAssignment" : Terms.Reprovision.MigrateDeviceData ? "deviceDataMigrated" : "deviceDataReset";
    }
}
