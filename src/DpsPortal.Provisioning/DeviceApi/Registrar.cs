using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Settings;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>Assigns a device that has proven itself to a hub and stores that: one durable write, or nothing. A webhook is asked beside it.</summary>
internal sealed class Registrar(EnrollmentStore enrollments, InstanceSettings settings, PendingAllocations pending, FormerHubs former)
{
    public async ValueTask<(RecordSummary? Stored, DpsError? Refusal)> RegisterAsync(DeviceRequest request, EnrollmentTerms terms)
    {
        var read = await enrollments.ReadRegistrationAsync(request.Trail.Calling, request.InstanceName, request.RegistrationId, request.Aborted)
            .ConfigureAwait(false);
        if (read is not (RecordRead<RegistrationRecord>.Found or RecordRead<RegistrationRecord>.NotFound))
        {
            return (null, RecordAnswers.ErrorOf(read, request.Trail, request.RegistrationId));
        }

        var before = read is RecordRead<RegistrationRecord>.Found { Content: { AssignedHub: not null } known } ? known : null;
        var assignment = new Assignment(request.RegistrationId, terms, before);
        if (terms.Disabled)
        {
            request.Trail.Description = "The enrollment is disabled.";
            return await StoreAsync(request, assignment.Disabled).ConfigureAwait(false);
        }

        var header = request.Instance.Header;
        var candidates = HubAllocation.Candidates(terms, settings.Hubs(header.Id).Values);
        var kept = before is not null && !terms.Reprovision.UpdateHubAssignment;
        if (!kept && terms.AllocationPolicy == "custom" && candidates.Count > 0)
        {
            return await AskAsync(request, assignment, candidates).ConfigureAwait(false);
        }

        var choice = kept ? new HubChoice.Hub(before!.AssignedHub!, "kept") : HubAllocation.Choose(terms, candidates, header.Location, request.RegistrationId);
        var registration = assignment.To(choice, kept ? before!.Payload : null, (hub, device) => former.Have(header.Id, hub, device));

        // The log is in clear: which hub it was stays in the record.
        request.Trail.Description = choice is HubChoice.Hub chosen ? $"{registration.Substatus}, {chosen.How}" : $"failed, {registration.ErrorCode}";
        var stored = await StoreAsync(request, registration).ConfigureAwait(false);
        if (stored.Stored is not null && before is not null && registration.AssignedHub is null)
        {
            former.Remember(header.Id, before);
        }

        return stored;
    }

    /// <summary>On record as it is now. One that was being assigned when the service stopped is brought to its end here.</summary>
    public async ValueTask<RecordRead<RegistrationRecord>> ReadAsync(DeviceRequest request)
    {
        var read = await enrollments.ReadRegistrationAsync(request.Trail.Calling, request.InstanceName, request.RegistrationId, request.Aborted)
            .ConfigureAwait(false);
        if (read is not RecordRead<RegistrationRecord>.Found { Content: { Status: "assigning" } orphan, Summary: var summary }
            || pending.IsUnderWay(request.Instance.Header.Id, request.RegistrationId))
        {
            return read;
        }

        // By its etag: if it has come to its end since it was read, that stands.
        if (await enrollments.ReplaceRegistrationAsync(
            request.Trail.Calling, request.InstanceName, Assignment.Abandoned(orphan), summary.ETag, request.Aborted)
                .ConfigureAwait(false) is Outcome<RecordSummary>.Done)
        {
            former.Remember(request.Instance.Header.Id, orphan);
        }

        return await enrollments.ReadRegistrationAsync(request.Trail.Calling, request.InstanceName, request.RegistrationId, request.Aborted)
            .ConfigureAwait(false);
    }

    private async ValueTask<(RecordSummary? Stored, DpsError? Refusal)> AskAsync(
        DeviceRequest request, Assignment assignment, IReadOnlyList<LinkedHub> candidates)
    {
        request.Trail.Description = "assigning, custom: the webhook is asked";

        // Under way before it is on record as that, or a look-up in between would take it for one that nobody brings to an end.
        var underWay = pending.Begin(request.Instance.Header.Id, request.RegistrationId);
        var (stored, refusal) = (default(RecordSummary), default(DpsError));
        try
        {
            (stored, refusal) = await StoreAsync(request, assignment.Pending).ConfigureAwait(false);
        }
        finally
        {
            if (stored is null)
            {
                underWay.Dispose();
            }
        }

        if (stored is not null)
        {
            var question = new WebhookQuestion(assignment.RegistrationId, request.Content["payload"]?.DeepClone(), assignment.Terms, candidates);
            pending.Start(new PendingAllocation(request.Instance, request.Trail.Caller, assignment, question, stored.ETag), underWay);
        }

        return (stored, refusal);
    }

    private async ValueTask<(RecordSummary? Stored, DpsError? Refusal)> StoreAsync(DeviceRequest request, RegistrationRecord registration) =>
        await enrollments.PutRegistrationAsync(request.Trail.Calling, request.InstanceName, registration, request.Aborted).ConfigureAwait(false) switch
        {
            Outcome<RecordSummary>.Done(var stored) => (stored, null),
            Outcome<RecordSummary>.Refused(var refused) => (null, RecordAnswers.ErrorOf(refused, request.Trail, request.RegistrationId)),
            _ => throw new InvalidOperationException(),
        };
}
