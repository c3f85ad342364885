using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>Whether DPS holds what it was asked to hold: what it answered to a write is a promise, what it answers to a read is the fact. Pure.</summary>
internal static class ReadBack
{
    /// <summary>Argument of <see cref="ServiceRefusals.NotReadBack"/> where the record that was just written does not open.</summary>
    public const string Corrupt = nameof(Corrupt);

    private static readonly string[] Secrets = ["symmetricKey"];

    /// <param name="id">JSON name of the id, which DPS keeps in lower case.</param>
    /// <param name="written">What DPS answered to the write.</param>
    public static Refusal? FaultOf<T>(T asked, string id, RecordSummary written, RecordRead<T> read) => read switch
    {
        RecordRead<T>.Found(var held, var summary) => Differing(asked, held, id) switch
        {
            // Another write came between: what is there now says nothing about this one.
            _ when summary.ETag != written.ETag => new Refusal(ServiceRefusals.ChangedSinceWritten, null, written.Id),
            [] => null,
            var members => new Refusal(ServiceRefusals.WrittenOtherwise, null, members),
        },
        RecordRead<T>.NotFound => new Refusal(ServiceRefusals.ChangedSinceWritten, null, written.Id),
        RecordRead<T>.Rejected(var rejected) => new Refusal(ServiceRefusals.NotReadBack, null, rejected.Cause.ToString()),
        _ => new Refusal(ServiceRefusals.NotReadBack, null, Corrupt),
    };

    /// <param name="held">What DPS holds under that name; <see langword="null"/> when nothing.</param>
    /// <param name="name">JSON name of the name, of which the case does not count.</param>
    public static Refusal? FaultOf<T>(T asked, string name, string subject, T? held)
        where T : class =>
        held is null ? new Refusal(ServiceRefusals.ChangedSinceWritten, null, subject)
        : Differing(asked, held, name) is { Count: > 0 } members ? new Refusal(ServiceRefusals.WrittenOtherwise, null, members)
        : null;

    private static List<string> Differing<T>(T asked, T held, string anyCase)
    {
        var (one, other) = (Members(asked), Members(held));
        return [.. one.Select(member => member.Key).Union(other.Select(member => member.Key))
            .Where(
                name => !string.Equals(Text(one, name), Text(other, name), name == anyCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))];
    }

    // As text and member by member: a twin may hold what no comparison of trees takes, such as one name twice.
    private static string? Text(JsonObject members, string name) => members[name]?.ToJsonString();

    private static JsonObject Members<T>(T value)
    {
        var members = JsonSerializer.SerializeToNode(value, JsonSerializerOptions.Web)!.AsObject();
        if (members["attestation"] is JsonObject attestation)
        {
            // No read returns keys.
            Secrets.ToList().ForEach(name => attestation.Remove(name));
        }

        return members;
    }
}
