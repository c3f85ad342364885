using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>Up to ten enrollments in one request. Each is carried out or refused for itself, and the answer says which was not.</summary>
internal sealed class BulkOperation<T>(EnrollmentResource<T> resource, IEnrollments enrollments)
    where T : class
{
    private const int MaxItems = 10;
    private static readonly string[] Modes = ["create", "update", "updateIfMatchETag", "delete"];

    public async ValueTask<Answer> RunAsync(ServiceRequest request, JsonObject content, IReadOnlyCollection<string> hubs)
    {
        if (Text(content["mode"]) is not { } mode || !Modes.Contains(mode, StringComparer.Ordinal))
        {
            return DpsError.BadRequest($"The bulk operation's mode must be one of: {string.Join(", ", Modes)}.");
        }

        if (content[resource.Path] is not JsonArray { Count: > 0 and <= MaxItems } items || items.Any(item => item is not JsonObject))
        {
            return DpsError.BadRequest($"The bulk operation's {resource.Path} must be an array of 1 to {MaxItems} objects.");
        }

        var errors = new JsonArray();
        var carriedOut = 0;
        foreach (var item in items.Cast<JsonObject>())
        {
            request.Trail.Denial = null;
            var failure = await RunAsync(request, mode, item, hubs).ConfigureAwait(false);
            if (failure is not null && request.Trail.Denial is not null && carriedOut == 0 && errors.Count == 0)
            {
                // Nothing was done yet: the key is the answer, not one error for each item.
                return failure;
            }

            carriedOut += failure is null ? 1 : 0;
            if (failure is not null)
            {
                errors.Add(new JsonObject { [resource.IdMember] = Text(item[resource.IdMember])
                    ?? "", ["errorCode"] = failure.Code, ["errorStatus"] = failure.Message });
            }
        }

        return Answer.Ok(new JsonObject { ["isSuccessful"] = errors.Count == 0, ["errors"] = errors });
    }

    /// <summary>An enrollment as a client sends it. Members that a client may not set are left aside.</summary>
    public (T? Enrollment, DpsError? Fault) Read(JsonObject content, IReadOnlyCollection<string> hubs)
    {
        // What is absent takes DPS's default. Generated deserialisation would take the type's, not the member's.
        foreach (var (member, value) in Defaults())
        {
            if (content[member] is null)
            {
                content[member] = value;
            }
        }

        var (enrollment, refusal) = Body.As(content, resource.Json);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (AttestationOf(enrollment!) is { } attestation && CertificateInfo.Fault(attestation) is { } certificate)
        {
            return (null, DpsError.BadRequest(certificate));
        }

        var unlinked = resource.HubsOf(enrollment!).Except(hubs, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
        return unlinked is null
            ? (resource.Complete(enrollment!), null)
            : (null, DpsError.BadRequest($"The enrollment names an IoT hub that is not linked to this instance. Linked are: {string.Join(", ", hubs)}."));
    }

    private async ValueTask<DpsError?> RunAsync(ServiceRequest request, string mode, JsonObject item, IReadOnlyCollection<string> hubs)
    {
        var cancelled = request.Http.RequestAborted;
        var etag = ServiceRequest.ETagOf(Text(item["etag"]));
        if (mode == "delete")
        {
            var id = Text(item[resource.IdMember]) ?? "";
            return await enrollments.DeleteAsync(request.Trail.Calling, request.InstanceName, resource.Kind, id, etag, cancelled)
                .ConfigureAwait(false) is Outcome<bool>.Refused(var notDeleted)
                ? RecordAnswers.ErrorOf(notDeleted, request.Trail, id)
                : null;
        }

        var (enrollment, fault) = Read(item, hubs);
        if (fault is not null)
        {
            return fault;
        }

        var expected = mode switch { "create" => null, "update" => "*", _ => etag ?? "" };
        return await resource.PutAsync(request.Trail.Calling, request.InstanceName, enrollment!, expected, cancelled)
            .ConfigureAwait(false) is Outcome<RecordSummary>.Refused(var refused)
            ? RecordAnswers.ErrorOf(refused, request.Trail, resource.IdOf(enrollment!))
            : null;
    }

    private static (string Member, JsonNode Value)[] Defaults() =>
    [
        ("provisioningStatus", "enabled"),
        ("allocationPolicy", "hashed"),
        ("reprovisionPolicy", new JsonObject { ["updateHubAssignment"] = true, ["migrateDeviceData"] = true }),
    ];

    private static Attestation? AttestationOf(T enrollment) => enrollment switch
    {
        IndividualEnrollment individual => individual.Attestation,
        EnrollmentGroup group => group.Attestation,
        _ => null,
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
