using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DpsPortal.Provisioning.Contract;

// JSON names follow the DPS service API 2021-10-01 (IndividualEnrollment, EnrollmentGroup, DeviceRegistrationState).

public enum RecordKind
{
    EnrollmentGroup = 1,
    IndividualEnrollment = 2,
    RegistrationRecord = 3,
}

/// <summary>What is stored in clear beside an encrypted record, and therefore readable while the key is revoked.</summary>
/// <param name="Group">Of a registration record: the enrollment group it came through, if any.</param>
/// <param name="Status">Of an enrollment <c>enabled</c> or <c>disabled</c>; of a registration <c>assigned</c>, <c>failed</c> …</param>
public sealed record RecordSummary(
    RecordKind Kind,
    string Id,
    string? Group,
    string Status,
    string ETag,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The status of a record of which the damaged store gives back nothing but its id.</summary>
    public const string UnreadableStatus = "unreadable";
}

/// <summary>Which records of a kind, ordered by id, and which page of them. Ids may be given in capitals.</summary>
/// <param name="Group">Of registration records: only those that came through this enrollment group.</param>
/// <param name="Beginning">Only those whose id begins with this. A part in the middle is not looked for: an index of parts would slow every write.</param>
/// <param name="Status">Only those of this status.</param>
/// <param name="After">The page after this id, in the order that was asked for.</param>
/// <param name="Before">The page before this id; not with <paramref name="After"/>.</param>
/// <param name="PageSize">1 to <see cref="Contract.PageSize.Most"/>.</param>
public sealed record RecordQuery(
    RecordKind Kind,
    string? Group = null,
    string? Beginning = null,
    string? Status = null,
    bool Descending = false,
    string? After = null,
    string? Before = null,
    int PageSize = 20);

/// <param name="Continuation">Opaque; <see langword="null"/> on the last page.</param>
public sealed record RecordPage(IReadOnlyList<RecordSummary> Records, string? Continuation)
{
    /// <summary>How many are counted of what is narrowed down; all of a kind are known without counting.</summary>
    public const int MostCounted = 1_000;

    public bool HasPrevious { get; init; }

    public bool HasNext { get; init; }

    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }

    /// <summary>Whether there are more than <see cref="Total"/>: counting ended there.</summary>
    public bool HasMore { get; init; }
}

public sealed record EnrollmentGroup
{
    public required string EnrollmentGroupId { get; init; }
    public required Attestation Attestation { get; init; }
    public EnrollmentCapabilities? Capabilities { get; init; }
    public string? IotHubHostName { get; init; }
    public InitialTwin? InitialTwin { get; init; }
    public string ProvisioningStatus { get; init; } = "enabled";
    public ReprovisionPolicy ReprovisionPolicy { get; init; } = new();
    public string AllocationPolicy { get; init; } = "hashed";
    public IReadOnlyList<string>? IotHubs { get; init; }
    public CustomAllocationDefinition? CustomAllocationDefinition { get; init; }
}

public sealed record IndividualEnrollment
{
    public required string RegistrationId { get; init; }
    public string? DeviceId { get; init; }
    public JsonNode? OptionalDeviceInformation { get; init; }
    public required Attestation Attestation { get; init; }
    public EnrollmentCapabilities? Capabilities { get; init; }
    public string? IotHubHostName { get; init; }
    public InitialTwin? InitialTwin { get; init; }
    public string ProvisioningStatus { get; init; } = "enabled";
    public ReprovisionPolicy ReprovisionPolicy { get; init; } = new();
    public string AllocationPolicy { get; init; } = "hashed";
    public IReadOnlyList<string>? IotHubs { get; init; }
    public CustomAllocationDefinition? CustomAllocationDefinition { get; init; }
}

/// <summary>What happened when a device registered; DPS's DeviceRegistrationState.</summary>
public sealed record RegistrationRecord
{
    public required string RegistrationId { get; init; }
    public string? EnrollmentGroupId { get; init; }
    public string? AssignedHub { get; init; }

    /// <summary>The hub of the first assignment, where a later one was to another. Not part of DPS's own record.</summary>
    public string? InitialHub { get; init; }
    public string? DeviceId { get; init; }
    public required string Status { get; init; }
    public string? Substatus { get; init; }
    public int? ErrorCode { get; init; }
    public string? ErrorMessage { get; init; }
    public JsonNode? Payload { get; init; }
}

/// <param name="Type"><c>symmetricKey</c>, <c>x509</c> or (individual enrollments only) <c>tpm</c>.</param>
public sealed record Attestation(
    string Type,
    SymmetricKeyAttestation? SymmetricKey = null,
    X509Attestation? X509 = null,
    TpmAttestation? Tpm = null);

/// <summary>Two device or group keys, base64 of 16 to 64 bytes. Absent from every read but an explicit reveal.</summary>
public sealed record SymmetricKeyAttestation(string? PrimaryKey, string? SecondaryKey)
{
    /// <summary>Keys never reach a log by accident.</summary>
    public override string ToString() => nameof(SymmetricKeyAttestation);
}

public sealed record X509Attestation(
    X509Certificates? ClientCertificates = null, X509Certificates? SigningCertificates = null, X509CaReferences? CaReferences = null);

/// <param name="Primary">Written out also where there is none, as DPS does when the secondary one stands alone.</param>
public sealed record X509Certificates(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] X509CertificateEntry? Primary, X509CertificateEntry? Secondary = null);

public sealed record X509CertificateEntry(string? Certificate, X509CertificateInfo? Info = null);

public sealed record X509CertificateInfo(string SubjectName, string Sha256Thumbprint, DateTimeOffset NotAfterUtc)
{
    public string? Sha1Thumbprint { get; init; }
    public string? IssuerName { get; init; }
    public DateTimeOffset? NotBeforeUtc { get; init; }
    public string? SerialNumber { get; init; }
    public int? Version { get; init; }
}

public sealed record X509CaReferences(string? Primary, string? Secondary = null);

public sealed record TpmAttestation(string EndorsementKey, string? StorageRootKey = null)
{
    public override string ToString() => nameof(TpmAttestation);
}

public sealed record EnrollmentCapabilities(bool IotEdge);

public sealed record InitialTwin(JsonNode? Tags, InitialTwinProperties? Properties);

public sealed record InitialTwinProperties(JsonNode? Desired);

public sealed record ReprovisionPolicy(bool UpdateHubAssignment = true, bool MigrateDeviceData = true);

public sealed record CustomAllocationDefinition(string WebhookUrl, string ApiVersion);
