using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>What can be changed of an enrollment; everything else of it is put back as it was read, keys included.</summary>
public sealed class EnrollmentForm
{
    public static IReadOnlyList<string> AllocationPolicies { get; } = ["hashed", "geoLatency", "static"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private EnrollmentForm(string status, string policy, ReprovisionPolicy reprovision, IReadOnlyList<string>? hubs, InitialTwin? twin) =>
        (Enabled, AllocationPolicy, Reprovision, IotHubs, Tags, Desired) =
        (status != "disabled", policy, Of(reprovision), [.. hubs ?? []], Text(twin?.Tags), Text(twin?.Properties?.Desired));

    public bool Enabled { get; set; }

    public string AllocationPolicy { get; set; }

    public ReprovisionChoice Reprovision { get; set; }

    /// <summary>Host names that were chosen; none means every linked hub.</summary>
    public List<string> IotHubs { get; }

    /// <summary>JSON objects, or nothing.</summary>
    public string? Tags { get; set; }

    public string? Desired { get; set; }

    public static EnrollmentForm Of(EnrollmentGroup group) =>
        new(group.ProvisioningStatus, group.AllocationPolicy, group.ReprovisionPolicy, group.IotHubs, group.InitialTwin);

    public static EnrollmentForm Of(IndividualEnrollment enrollment) =>
        new(enrollment.ProvisioningStatus, enrollment.AllocationPolicy, enrollment.ReprovisionPolicy, enrollment.IotHubs, enrollment.InitialTwin);

    public EnrollmentGroup ApplyTo(EnrollmentGroup group) => group with
    {
        ProvisioningStatus = Status,
        AllocationPolicy = AllocationPolicy,
        ReprovisionPolicy = Policy,
        IotHubs = Hubs,
        InitialTwin = Twin,
    };

    public IndividualEnrollment ApplyTo(IndividualEnrollment enrollment) => enrollment with
    {
        ProvisioningStatus = Status,
        AllocationPolicy = AllocationPolicy,
        ReprovisionPolicy = Policy,
        IotHubs = Hubs,
        InitialTwin = Twin,
    };

    /// <summary>What keeps a text from being a part of a twin: it has to be empty or a JSON object with names that a hub takes.</summary>
    public static TwinFault FaultOf(string? text)
    {
        try
        {
            // A name that stands twice would be saved, and one of the two is not meant.
            return string.IsNullOrWhiteSpace(text) ? TwinFault.None
                : JsonNode.Parse(
                    text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is not JsonObject twin ? TwinFault.NotAnObject
                : HasOtherNames(twin) ? TwinFault.Name
                : TwinFault.None;
        }
        catch (JsonException)
        {
            return TwinFault.NotAnObject;
        }
    }

    /// <summary>
    /// Names of a twin have no control characters, and neither a dot nor a dollar sign nor a space ("Understand and use device twins in IoT
    /// Hub").
    /// </summary>
    private static bool HasOtherNames(JsonNode? node) => node switch
    {
        JsonObject part =>
            part.Any(one => one.Key.Length == 0 || one.Key.Any(letter => char.IsControl(letter) || letter is '.' or '$' or ' ') || HasOtherNames(one.Value)),
        JsonArray list => list.Any(HasOtherNames),
        _ => false,
    };

    private string Status => Enabled ? "enabled" : "disabled";

    private ReprovisionPolicy Policy => Reprovision switch
    {
        ReprovisionChoice.Migrate => new ReprovisionPolicy(true, true),
        ReprovisionChoice.Reset => new ReprovisionPolicy(true, false),
        _ => new ReprovisionPolicy(false, false),
    };

    private List<string>? Hubs => IotHubs is { Count: > 0 } ? IotHubs : null;

    private InitialTwin? Twin => (Json(Tags), Json(Desired)) switch
    {
        (null, null) => null,
        var (tags, desired) => new InitialTwin(tags, desired is null ? null : new InitialTwinProperties(desired)),
    };

    private static ReprovisionChoice Of(ReprovisionPolicy policy) =>
        !policy.UpdateHubAssignment ? ReprovisionChoice.Never : policy.MigrateDeviceData ? ReprovisionChoice.Migrate : ReprovisionChoice.Reset;

    private static string Text(JsonNode? json) => json?.ToJsonString(Indented) ?? "";

    private static JsonNode? Json(string? text) => string.IsNullOrWhiteSpace(text) ? null : JsonNode.Parse(text);
}
