using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>What differs between individual enrollments and enrollment groups on the wire; everything else is one.</summary>
/// <param name="Path">First segment of the addresses; also the member of a bulk operation, and the source in a query.</param>
/// <param name="ItemType">Value of x-ms-item-type.</param>
/// <param name="IdMember">JSON name of the id.</param>
internal sealed record EnrollmentResource<T>(
    RecordKind Kind,
    string Path,
    string ItemType,
    string IdMember,
    JsonTypeInfo<T> Json,
    Func<T, string> IdOf,
    Func<T, IEnumerable<string>> HubsOf,
    Func<T, T> Complete,
    Func<T, T> WithoutKeys,
    Func<T, bool> HasKeys,
    Func<Caller, string, string, CancellationToken, Task<RecordRead<T>>> ReadAsync,
    Func<Caller, string, T, string?, CancellationToken, Task<Outcome<RecordSummary>>> PutAsync,
    Func<Caller, string, T, string?, bool, CancellationToken, Task<Outcome<Written<T>>>> WriteAsync)
    where T : class
{
    public JsonObject Describe(T content, RecordSummary summary) => DescribeWithKeys(WithoutKeys(content), summary);

    /// <summary>For who wrote it, and nobody else.</summary>
    public JsonObject DescribeWithKeys(T content, RecordSummary summary)
    {
        var body = (JsonObject)JsonSerializer.SerializeToNode(content, Json)!;
        body["etag"] = summary.ETag;
        body["createdDateTimeUtc"] = HttpJson.Time(summary.CreatedAt);
        body["lastUpdatedDateTimeUtc"] = HttpJson.Time(summary.UpdatedAt);
        return body;
    }
}
