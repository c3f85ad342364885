using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>DeviceRegistrationState, as both APIs return it.</summary>
internal static class RegistrationBodies
{
    public static JsonObject Describe(RegistrationRecord registration, RecordSummary summary)
    {
        var body = (JsonObject)JsonSerializer.SerializeToNode(
            registration with { EnrollmentGroupId = null, InitialHub = null }, RecordJson.Default.RegistrationRecord)!;
        body["etag"] = summary.ETag;
        body["createdDateTimeUtc"] = HttpJson.Time(summary.CreatedAt);
        body["lastUpdatedDateTimeUtc"] = HttpJson.Time(summary.UpdatedAt);
        return body;
    }

    /// <summary>A hub that the device had before is on record, and none that it may use now.</summary>
    public static JsonObject DescribeToDevice(RegistrationRecord registration, RecordSummary summary) => Describe(
        registration.Status == "assigned"
            ? registration
            : registration with { AssignedHub = null, DeviceId = null, Substatus = null, Payload = null }, summary);
}
