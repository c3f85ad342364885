using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Settings;

namespace DpsPortal.Provisioning.Registrations;

/// <summary>Assigns a device that has proven itself to a hub and stores that: one durable write, or nothing.</summary>
internal sealed class Registrar(IEnrollments enrollments, InstanceSettings settings, CustomAllocation custom)
{
    public async ValueTask<(RecordSummary? Stored, DpsError? Refusal)> RegisterAsync(DeviceRequest request, EnrollmentTerms terms)
    {
        var read = await enrollments.ReadRegistrationAsync(request.Trail.Calling, request.InstanceName, request.RegistrationId, request.Aborted);
        if (read is not (RecordRead<RegistrationRecord>.Found or RecordRead<RegistrationRecord>.NotFound))
        {
            return (null, RecordAnswers.ErrorOf(read, request.Trail, request.RegistrationId));
        }

        var before = read is RecordRead<RegistrationRecord>.Found { Content: { Status: "assigned", AssignedHub: not null } assigned } ? assigned : null;
        var (choice, payload) = await ChooseAsync(request, terms, before);
        var registration = Registration(request, terms, before, choice, payload);

        // The log is in clear: which hub it was stays in the record.
        request.Trail.Description = choice is HubChoice.Hub hub ? $"{registration.Substatus}, {hub.How}" : $"failed, {registration.ErrorCode}";
        return await enrollments.PutRegistrationAsync(request.Trail.Calling, request.InstanceName, registration, request.Aborted) switch
        {
            Outcome<RecordSummary>.Done(var stored) => (stored, null),
            Outcome<RecordSummary>.Refused(var refused) => (null, RecordAnswers.ErrorOf(refused, request.Trail, request.RegistrationId)),
            _ => throw new InvalidOperationException(),
        };
    }

    private async ValueTask<(HubChoice Choice, JsonNode? Payload)> ChooseAsync(DeviceRequest request, EnrollmentTerms terms, RegistrationRecord? before)
    {
        if (before is not null && !terms.Reprovision.UpdateHubAssignment)
        {
            return (new HubChoice.Hub(before.AssignedHub!, "kept"), before.Payload);
        }

        var header = request.Instance.Header;
        var candidates = HubAllocation.Candidates(terms, settings.Hubs(header.Id).Values);
        return terms.AllocationPolicy == "custom" && candidates.Count > 0
            ? await custom.AskAsync(request, terms, candidates, request.Aborted)
            : (HubAllocation.Choose(terms, candidates, header.Location, request.RegistrationId), null);
    }

    private static RegistrationRecord Registration(DeviceRequest request, EnrollmentTerms terms, RegistrationRecord? before, HubChoice choice, JsonNode? payload)
    {
        var registration = new RegistrationRecord { RegistrationId = request.RegistrationId, EnrollmentGroupId = terms.Group, Status = "failed", Payload = payload };
        return choice switch
        {
            HubChoice.Hub(var hub, _) => registration with
            {
                Status = "assigned",
                AssignedHub = hub,
                DeviceId = terms.DeviceId ?? request.RegistrationId,
                Substatus = Substatus(before, hub, terms.Reprovision),
                InitialHub = before is null || before.AssignedHub == hub ? before?.InitialHub : before.InitialHub ?? before.AssignedHub,
            },
            HubChoice.None(var code, var reason) => registration with { ErrorCode = code, ErrorMessage = reason },
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>AssignedDeviceSubstatus: a device that stays where it is keeps what it had.</summary>
    private static string Substatus(RegistrationRecord? before, string hub, ReprovisionPolicy policy)
    {
        if (before is null)
        {
            return "initialAssignment";
        }

        if (before.AssignedHub == hub)
        {
            return before.Substatus ?? "initialAssignment";
        }

        return before.InitialHub == hub ? "reprovisionedToInitialAssignment" : policy.MigrateDeviceData ? "deviceDataMigrated" : "deviceDataReset";
    }
}
