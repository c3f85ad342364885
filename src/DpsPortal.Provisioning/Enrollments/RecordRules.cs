using System.Globalization;
using System.Text.RegularExpressions;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>What a record must be to be stored. Pure; each answer is the refusal or nothing.</summary>
/// <remarks>Azure IoT Hub DPS, service concepts (ids) and service limits (96 KB, 100 groups, a million of each other kind).</remarks>
internal static partial class RecordRules
{
    /// <summary>Of a record's content as of a message.</summary>
    public const int MaxContentSize = 96 * 1024;

    public const int MaxGroups = 100;
    public const int MaxRecordsOfAKind = 1_000_000;

    private static readonly string[] ProvisioningStatuses = ["enabled", "disabled"];
    private static readonly string[] AllocationPolicies = ["hashed", "geoLatency", "static", "custom"];
    private static readonly string[] RegistrationStatuses = ["unassigned", "assigning", "assigned", "failed", "disabled"];

    /// <summary>Ids are case-insensitive; they are stored in lower case.</summary>
    public static string Normalize(string id) => id.ToLowerInvariant();

    public static RegistrationRecord Normalize(RegistrationRecord registration) => registration with
    {
        RegistrationId = Normalize(registration.RegistrationId),
        EnrollmentGroupId = registration.EnrollmentGroupId is { } group ? Normalize(group) : null,
    };

    /// <summary>An empty device id is none: the device gets its registration id.</summary>
    public static IndividualEnrollment Normalize(IndividualEnrollment enrollment) => enrollment with
    {
        RegistrationId = Normalize(enrollment.RegistrationId),
        DeviceId = string.IsNullOrEmpty(enrollment.DeviceId) ? null : enrollment.DeviceId,
    };

    /// <param name="count">How many there are with the new one.</param>
    public static Refusal? CheckCount(RecordKind kind, long count) => kind switch
    {
        RecordKind.EnrollmentGroup when count > MaxGroups =>
            new Refusal(ProvisioningRefusals.GroupLimitReached, null, MaxGroups.ToString(CultureInfo.InvariantCulture)),
        not RecordKind.EnrollmentGroup when count > MaxRecordsOfAKind =>
            new Refusal(ProvisioningRefusals.RecordLimitReached, null, MaxRecordsOfAKind.ToString(CultureInfo.InvariantCulture)),
        _ => null,
    };

    public static Refusal? CheckSize(int content) => content > MaxContentSize
        ? new Refusal(ProvisioningRefusals.RecordTooLarge, null, (MaxContentSize / 1024).ToString(CultureInfo.InvariantCulture))
        : null;

    public static Refusal? Check(EnrollmentGroup group) =>
        CheckId(group.EnrollmentGroupId, nameof(EnrollmentGroup.EnrollmentGroupId))
        ?? CheckValue(group.ProvisioningStatus, ProvisioningStatuses, nameof(EnrollmentGroup.ProvisioningStatus))
        ?? CheckAllocation(group.AllocationPolicy, group.CustomAllocationDefinition)
        ?? AttestationRules.CheckGroup(group.Attestation);

    public static Refusal? Check(IndividualEnrollment enrollment) =>
        CheckId(enrollment.RegistrationId, nameof(IndividualEnrollment.RegistrationId))
        ?? CheckDeviceId(enrollment.DeviceId)
        ?? CheckValue(enrollment.ProvisioningStatus, ProvisioningStatuses, nameof(IndividualEnrollment.ProvisioningStatus))
        ?? CheckAllocation(enrollment.AllocationPolicy, enrollment.CustomAllocationDefinition)
        ?? AttestationRules.CheckIndividual(enrollment.Attestation);

    public static Refusal? Check(RegistrationRecord registration) =>
        CheckId(registration.RegistrationId, nameof(RegistrationRecord.RegistrationId))
        ?? (registration.EnrollmentGroupId is { } group ? CheckId(group, nameof(RegistrationRecord.EnrollmentGroupId)) : null)
        ?? CheckValue(registration.Status, RegistrationStatuses, nameof(RegistrationRecord.Status));

    public static Refusal? CheckId(string id) => CheckId(id, nameof(RegistrationRecord.RegistrationId));

    private static Refusal? CheckId(string id, string field) =>
        RecordId.IsValid(id) ? null : new Refusal(ProvisioningRefusals.RecordIdInvalid, field);

    private static Refusal? CheckAllocation(string policy, CustomAllocationDefinition? custom)
    {
        if (CheckValue(policy, AllocationPolicies, nameof(EnrollmentGroup.AllocationPolicy)) is { } refusal)
        {
            return refusal;
        }

        // Both members, or none where another policy decides.
        var (webhook, version) = (!string.IsNullOrWhiteSpace(custom?.WebhookUrl), !string.IsNullOrWhiteSpace(custom?.ApiVersion));
        return (webhook && version) || (policy != "custom" && !webhook && !version)
            ? null
            : new Refusal(ProvisioningRefusals.CustomAllocationIncomplete, nameof(EnrollmentGroup.CustomAllocationDefinition));
    }

    private static Refusal? CheckDeviceId(string? id) =>
        string.IsNullOrEmpty(id) || DeviceIdPattern().IsMatch(id)
            ? null
            : new Refusal(ProvisioningRefusals.DeviceIdInvalid, nameof(IndividualEnrollment.DeviceId));

    private static Refusal? CheckValue(string value, string[] allowed, string field) =>
        allowed.Contains(value, StringComparer.Ordinal) ? null : new Refusal(ProvisioningRefusals.RecordFieldInvalid, field, allowed);

    // Azure IoT Hub, identity registry, device identity properties. Earlier editions of that page had + # ; too.
    [GeneratedRegex(@"\A[a-zA-Z0-9\-.%_*?!(),:=@$']{1,128}\z")]
    private static partial Regex DeviceIdPattern();
}
