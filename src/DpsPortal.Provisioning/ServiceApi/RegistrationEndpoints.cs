using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>DPS service API 2021-10-01: registration records. They are made by devices; here they are read and deleted.</summary>
internal sealed class RegistrationEndpoints(ServicePlane plane, RequestPipeline pipeline, IEnrollments enrollments, RecordReads reads, Rejections rejections)
{
    private const RecordKind Kind = RecordKind.RegistrationRecord;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Serve(
            pipeline, "/registrations/{id}",
            ("GET", plane.Handle(new(Rejections.Get, Kind, AccessRights.RegistrationStatusRead), GetAsync)),
            ("DELETE", plane.Handle(new(Rejections.Delete, Kind, AccessRights.RegistrationStatusWrite), DeleteAsync)));
        routes.Serve(
            pipeline, "/registrations/{id}/query",
            ("POST", plane.Handle(new(Rejections.Query, Kind, AccessRights.RegistrationStatusRead), QueryAsync)));
    }

    private async ValueTask<Answer> GetAsync(ServiceRequest request)
    {
        var read = await enrollments.ReadRegistrationAsync(request.Trail.Calling, request.InstanceName, request.Id, request.Http.RequestAborted)
            .ConfigureAwait(false);
        return read is RecordRead<RegistrationRecord>.Found found
            ? Answer.Ok(RegistrationBodies.Describe(found.Content, found.Summary))
            : RecordAnswers.ErrorOf(read, request.Trail, request.Id);
    }

    private async ValueTask<Answer> DeleteAsync(ServiceRequest request) =>
        await enrollments.DeleteAsync(request.Trail.Calling, request.InstanceName, Kind, request.Id, request.IfMatch, request.Http.RequestAborted)
            .ConfigureAwait(false)
            is Outcome<bool>.Refused(var refused)
            ? RecordAnswers.ErrorOf(refused, request.Trail, request.Id)
            : Answer.NoContent;

    /// <summary>Of the enrollment group that the address names. The body is optional.</summary>
    private async ValueTask<Answer> QueryAsync(ServiceRequest request)
    {
        var (content, refusal) = await Body.ReadAsync(request.Http, optional: true).ConfigureAwait(false);
        if ((refusal ?? (content!.Count > 0 ? Paging.QueryFault(content, request.Trail) : null)) is { } unsupported)
        {
            return unsupported;
        }

        var (paging, fault) = Paging.Read(request.Http.Request);
        if (fault is not null)
        {
            return fault;
        }

        var call = rejections.Begin(request.Trail.Calling, Rejections.Query, Kind, "*");
        var (page, failure) = await reads.ReadPageAsync(
            request.InstanceName, call, request.Id, paging.After, paging.Count, RecordJson.Default.RegistrationRecord, request.Http.RequestAborted)
                .ConfigureAwait(false);
        return page is null
            ? RecordAnswers.ErrorOf(failure!, request.Trail, "*")
            : paging.Answer(
                "DeviceRegistration",
                [.. page.Records.Select(record => RegistrationBodies.Describe(record.Content, record.Summary))],
                page.Corrupt,
                request.Trail,
                page.Last);
    }
}
