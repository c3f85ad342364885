using System.Globalization;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.ServiceApi;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>
/// DPS device API 2021-06-01 over HTTP: register, operation status lookup, device registration status lookup. A registration is
/// durable when 202 is answered, and complete unless a webhook decides; the lookup tells what it came to.
/// </summary>
internal sealed class DeviceEndpoints(
    DevicePlane plane, RequestPipeline pipeline, Attester attester, Registrar registrar, RateLimits limits, ProvisioningOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Serve(
            pipeline, "/{idScope}/registrations/{registrationId}/register",
            ("PUT", plane.Handle("Register", (instance, _) => limits.CountRegistration(instance.Header.Id), hasBody: true, RegisterAsync)));
        routes.Serve(
            pipeline, "/{idScope}/registrations/{registrationId}/operations/{operationId}",
            ("GET", plane.Handle("OperationStatusLookup", (instance, id) => limits.CountPoll(instance.Header.Id, id), hasBody: false, LookUpOperationAsync)));
        routes.Serve(
            pipeline, "/{idScope}/registrations/{registrationId}",
            (
                "POST",
                plane.Handle("DeviceRegistrationStatusLookup", (instance, id) => limits.CountPoll(instance.Header.Id, id), hasBody: true, LookUpDeviceAsync)));
    }

    private async ValueTask<Answer> RegisterAsync(DeviceRequest request)
    {
        var (terms, refusal) = await attester.AttestAsync(request).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        var (stored, failed) = await registrar.RegisterAsync(request, terms!).ConfigureAwait(false);
        if (failed is not null)
        {
            return failed;
        }

        var id = OperationIds.Of(request.Instance.PlatformKey, request.RegistrationId, stored!.ETag);
        var http = request.Http.Request;
        return Assigning(id) with
        {
            Headers =
            [
                RetryAfter,
                (
                    "Location",
                    $"https://{http.Host.Value}/{request.Instance.Header.IdScope}/registrations/{request.RegistrationId}/operations/{id}{http.QueryString}"),
            ],
        };
    }

    private async ValueTask<Answer> LookUpOperationAsync(DeviceRequest request)
    {
        var (terms, refusal) = await attester.AttestAsync(request).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        var id = request.Http.Request.RouteValues["operationId"] as string ?? "";
        if (!OperationIds.IsValid(request.Instance.PlatformKey, request.RegistrationId, id))
        {
            return DpsError.UnknownOperation(id.Shorten(64));
        }

        var (state, failed) = await StateAsync(request, terms!).ConfigureAwait(false);
        return failed is not null ? failed
            : (string?)state!["status"] == "assigning" ? Assigning(id)
            : Answer.Ok(new JsonObject { ["operationId"] = id, ["status"] = state["status"]!.DeepClone(), ["registrationState"] = state });
    }

    private async ValueTask<Answer> LookUpDeviceAsync(DeviceRequest request)
    {
        var (terms, refusal) = await attester.AttestAsync(request).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        var (state, failed) = await StateAsync(request, terms!).ConfigureAwait(false);
        return failed is not null ? failed : Answer.Ok(state!);
    }

    private async ValueTask<(JsonObject? State, DpsError? Failure)> StateAsync(DeviceRequest request, EnrollmentTerms terms)
    {
        var read = await registrar.ReadAsync(request).ConfigureAwait(false);
        if (read is not RecordRead<RegistrationRecord>.Found found)
        {
            return (null, RecordAnswers.ErrorOf(read, request.Trail, request.RegistrationId));
        }

        var state = RegistrationBodies.DescribeToDevice(found.Content, found.Summary);
        state[terms.AttestationType] = terms.Group is null ? new JsonObject() : new JsonObject { ["enrollmentGroupId"] = terms.Group };
        return (state, null);
    }

    private (string, string) RetryAfter => ("Retry-After", ((int)options.DeviceRetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    private Answer Assigning(string operation) => new(202, new JsonObject { ["operationId"] = operation, ["status"] = "assigning" }) { Headers = [RetryAfter] };
}
