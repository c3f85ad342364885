using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Instances;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>The steps of every request of the device API, in order: instance, version, limit, body.</summary>
internal sealed class DevicePlane(RequestPipeline pipeline, InstanceRegistry instances)
{
    public RequestDelegate Handle(
        string operation, Func<LoadedInstance, string, DpsError?> limit, bool hasBody, Func<DeviceRequest, ValueTask<Answer>> handler) => http =>
    {
        var trail = new OperationTrail(OperationCategory.DeviceOperations, operation) { Kind = RecordKind.RegistrationRecord };
        return pipeline.RunAsync(http, trail, async () =>
        {
            var idScope = http.Request.RouteValues["idScope"] as string ?? "";
            if (instances.FindByIdScope(idScope) is not { } instance)
            {
                return DpsError.UnknownScope(idScope);
            }

            var id = RecordRules.Normalize(http.Request.RouteValues["registrationId"] as string ?? "");
            trail.Instance = instance.Header.Name;
            if (RecordRules.CheckId(id) is { } invalid)
            {
                return RecordAnswers.ErrorOf(invalid, trail, id.Shorten(RecordId.Longest));
            }

            trail.RecordId = id;
            trail.Caller = new Caller($"device:{id}", id);
            if ((ApiVersion.Fault(http.Request) ?? limit(instance, id)) is { } fault)
            {
                return fault;
            }

            // A client may send an empty object with a GET; only what belongs to the request is read.
            var (content, refusal) = hasBody ? await Body.ReadAsync(http).ConfigureAwait(false) : (new JsonObject(), null);
            return (refusal ?? OtherId(content!, id)) is { } wrong
                ? wrong
                : await handler(new DeviceRequest(http, instance, id, trail, content!)).ConfigureAwait(false);
        });
    };

    private static DpsError? OtherId(JsonObject content, string id) => content["registrationId"] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) && string.Equals(text, id, StringComparison.OrdinalIgnoreCase) => null,
        _ => DpsError.BadRequest("The body's registrationId is another one than the address names."),
    };
}
