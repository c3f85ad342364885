using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Settings;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>DPS service API 2021-10-01: create or update, get, delete, query, bulk operation and attestation mechanism of enrollments.</summary>
internal sealed class EnrollmentEndpoints<T>(
    EnrollmentResource<T> resource, ServicePlane plane, RequestPipeline pipeline, IEnrollments enrollments, RecordReads reads, Rejections rejections,
    InstanceSettings settings)
    where T : class
{
    private readonly BulkOperation<T> _bulk = new(resource, enrollments);

    public void Map(IEndpointRouteBuilder routes)
    {
        var path = "/" + resource.Path;
        routes.Serve(pipeline, path, ("POST", plane.Handle(Operation("BulkOperation", AccessRights.EnrollmentWrite), BulkAsync)));
        routes.Serve(pipeline, path + "/query", ("POST", plane.Handle(Operation(Rejections.Query, AccessRights.EnrollmentRead), QueryAsync)));
        routes.Serve(
            pipeline, path + "/{id}/attestationmechanism",
            ("POST", plane.Handle(Operation(Rejections.GetAttestationMechanism, AccessRights.EnrollmentRead), RevealAsync)));
        routes.Serve(
            pipeline, path + "/{id}",
            ("GET", plane.Handle(Operation(Rejections.Get, AccessRights.EnrollmentRead), GetAsync)),
            ("PUT", plane.Handle(Operation(Rejections.Upsert, AccessRights.EnrollmentWrite), PutAsync)),
            ("DELETE", plane.Handle(Operation(Rejections.Delete, AccessRights.EnrollmentWrite), DeleteAsync)));
    }

    private ServiceOperation Operation(string name, AccessRights right) => new(name, resource.Kind, right);

    private async ValueTask<Answer> GetAsync(ServiceRequest request)
    {
        var read = await resource.ReadAsync(request.Trail.Calling, request.InstanceName, request.Id, request.Http.RequestAborted).ConfigureAwait(false);
        if (read is not RecordRead<T>.Found found)
        {
            return RecordAnswers.ErrorOf(read, request.Trail, request.Id);
        }

        var body = resource.Describe(found.Content, found.Summary);
        if (resource.Kind == RecordKind.IndividualEnrollment)
        {
            var state = await enrollments.ReadRegistrationAsync(request.Trail.Calling, request.InstanceName, request.Id, request.Http.RequestAborted)
                .ConfigureAwait(false);
            switch (state)
            {
                case RecordRead<RegistrationRecord>.Found registered:
                    body["registrationState"] = RegistrationBodies.Describe(registered.Content, registered.Summary);
                    break;
                case not RecordRead<RegistrationRecord>.NotFound:
                    return RecordAnswers.ErrorOf(state, request.Trail, request.Id);
            }
        }

        return Answer.Ok(body);
    }

    private async ValueTask<Answer> PutAsync(ServiceRequest request)
    {
        var (content, refusal) = await Body.ReadAsync(request.Http).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        var (enrollment, fault) = _bulk.Read(content!, Hubs(request));
        if (fault is not null)
        {
            return fault;
        }

        if (!string.Equals(resource.IdOf(enrollment!), request.Id, StringComparison.OrdinalIgnoreCase))
        {
            return DpsError.BadRequest($"The body's {resource.IdMember} is another one than the address names.");
        }

        // Clients rely on the keys in this answer, given or generated. It is their one chance but for an explicit reveal.
        request.Trail.Description = resource.HasKeys(enrollment!) ? "The answer has both keys." : null;
        var outcome = await resource.WriteAsync(request.Trail.Calling, request.InstanceName, enrollment!, request.IfMatch, true, request.Http.RequestAborted)
            .ConfigureAwait(false);
        return outcome.Match<Answer>(
            written => Answer.Ok(resource.DescribeWithKeys(written.Content, written.Summary)),
            refused => RecordAnswers.ErrorOf(refused, request.Trail, request.Id));
    }

    private async ValueTask<Answer> DeleteAsync(ServiceRequest request) =>
        await enrollments.DeleteAsync(request.Trail.Calling, request.InstanceName, resource.Kind, request.Id, request.IfMatch, request.Http.RequestAborted)
            .ConfigureAwait(false)
            is Outcome<bool>.Refused(var refused)
            ? RecordAnswers.ErrorOf(refused, request.Trail, request.Id)
            : Answer.NoContent;

    private async ValueTask<Answer> RevealAsync(ServiceRequest request)
    {
        var read = await enrollments.RevealAttestationAsync(request.Trail.Calling, request.InstanceName, resource.Kind, request.Id, request.Http.RequestAborted)
            .ConfigureAwait(false);
        return read is RecordRead<Attestation>.Found found
            ? Answer.Ok(System.Text.Json.JsonSerializer.SerializeToNode(found.Content, RecordJson.Default.Attestation)!)
            : RecordAnswers.ErrorOf(read, request.Trail, request.Id);
    }

    private async ValueTask<Answer> QueryAsync(ServiceRequest request)
    {
        var (content, refusal) = await Body.ReadAsync(request.Http).ConfigureAwait(false);
        if ((refusal ?? Paging.QueryFault(content!, request.Trail)) is { } unsupported)
        {
            return unsupported;
        }

        var (paging, fault) = Paging.Read(request.Http.Request);
        if (fault is not null)
        {
            return fault;
        }

        var call = rejections.Begin(request.Trail.Calling, Rejections.Query, resource.Kind, "*");
        var (page, failure) = await reads.ReadPageAsync(
            request.InstanceName, call, null, paging.After, paging.Count, resource.Json, request.Http.RequestAborted).ConfigureAwait(false);
        return page is null
            ? RecordAnswers.ErrorOf(failure!, request.Trail, "*")
            : paging.Answer(
                resource.ItemType,
                [.. page.Records.Select(record => resource.Describe(record.Content, record.Summary))],
                page.Corrupt,
                request.Trail,
                page.Last);
    }

    private async ValueTask<Answer> BulkAsync(ServiceRequest request)
    {
        var (content, refusal) = await Body.ReadAsync(request.Http).ConfigureAwait(false);
        return refusal is not null ? refusal : await _bulk.RunAsync(request, content!, Hubs(request)).ConfigureAwait(false);
    }

    private IReadOnlyCollection<string> Hubs(ServiceRequest request) => [.. settings.Hubs(request.Instance.Header.Id).Keys];
}
