using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Storage;

// Times are UTC ticks: SQLite can neither order nor compare DateTimeOffset.

internal sealed class InstanceRow
{
    public long Id { get; set; }

    /// <summary>What ciphertexts are bound to; unlike <see cref="Id"/> it is unique beyond this database.</summary>
    public Guid BindingId { get; set; }

    public required string Name { get; set; }
    public required string ResourceGroup { get; set; }
    public required string Location { get; set; }
    public required string IdScope { get; set; }
    public Guid OperationId { get; set; }
    public long CreatedAt { get; set; }

    /// <summary>Null with a Microsoft-managed key, as are the other members of the customer-managed key.</summary>
    public string? ConfiguredKey { get; set; }
    public string? IdentityName { get; set; }
    public string? IdentityClientId { get; set; }
    public string? IdentityPrincipalId { get; set; }

    public KeyAccess Access { get; set; }
    public KeyAccessCause Cause { get; set; }
    public string? VaultErrorCode { get; set; }
    public long CheckedAt { get; set; }
    public long? VerifiedAt { get; set; }
    public long Epoch { get; set; }

    /// <summary>Grows with every write of a record and becomes that record's revision, so that no etag occurs twice.</summary>
    public long Revision { get; set; }

    // Kept in the transaction of the write, so that no page ever counts rows.
    public long EnrollmentGroups { get; set; }
    public long IndividualEnrollments { get; set; }
    public long Registrations { get; set; }

    public List<WrappedKeyRow> WrappedKeys { get; } = [];

    /// <summary>Only while it is being created: the policies it begins with.</summary>
    public List<PolicyRow> Policies { get; } = [];
}

internal sealed class WrappedKeyRow
{
    public long Id { get; set; }
    public long InstanceId { get; set; }

    /// <summary>Versioned identifier of the KEK.</summary>
    public required string WrappedBy { get; set; }
    public required string Algorithm { get; set; }
    public required byte[] Wrapped { get; set; }

    /// <summary>Derived from the instance key, the identifier and the algorithm: what an unwrap must reproduce.</summary>
    public required byte[] CheckValue { get; set; }
    public WrappedKeyUse Use { get; set; }
    public long WrappedAt { get; set; }
}

internal sealed class DekRow
{
    public long InstanceId { get; set; }
    public int Number { get; set; }
    public required byte[] Wrapped { get; set; }

    /// <summary>Records ever assigned to this DEK. A full DEK is never opened again.</summary>
    public int Assigned { get; set; }

    /// <summary>Encryptions reserved, in blocks, before any of a block is done. Never less than were done.</summary>
    public long Reserved { get; set; }
    public long CreatedAt { get; set; }
}

/// <summary>The latest re-encryption of an instance.</summary>
internal sealed class ReencryptionRow
{
    public long InstanceId { get; set; }
    public Guid OperationId { get; set; }

    /// <summary>Records under this DEK and earlier ones are written anew.</summary>
    public int UpTo { get; set; }
    public long Total { get; set; }
    public long Corrupt { get; set; }
    public long StartedAt { get; set; }
    public long? FinishedAt { get; set; }
}

internal sealed class RecordRow
{
    public long InstanceId { get; set; }
    public RecordKind Kind { get; set; }
    public required string Id { get; set; }
    public string? GroupId { get; set; }
    public required string Status { get; set; }
    public long Revision { get; set; }
    public long CreatedAt { get; set; }
    public long UpdatedAt { get; set; }

    /// <summary>Number of the DEK; 0 where the platform layer is the only one.</summary>
    public int Dek { get; set; }
    public required byte[] Envelope { get; set; }
}

/// <summary>The latest deletion of a record, so that one that is missing can be told from one that was deleted. It outlives a later record of the id.</summary>
internal sealed class DeletionRow
{
    public long InstanceId { get; set; }
    public RecordKind Kind { get; set; }
    public required string Id { get; set; }

    /// <summary>Taken from the instance's like that of a write: later than every revision that the record had.</summary>
    public long Revision { get; set; }
    public long At { get; set; }
}

/// <summary>A KEK version under which nothing may be wrapped any more.</summary>
internal sealed class FenceRow
{
    public required string Version { get; set; }
    public long FencedAt { get; set; }
}

internal sealed class OperationRow
{
    public long Sequence { get; set; }
    public long At { get; set; }
    public required string Instance { get; set; }
    public OperationCategory Category { get; set; }
    public OperationProtocol Protocol { get; set; }
    public required string Operation { get; set; }
    public RecordKind? Kind { get; set; }
    public required string RecordId { get; set; }
    public int StatusCode { get; set; }
    public int? ErrorCode { get; set; }
    public string? Description { get; set; }

    /// <summary>Null, as are the next three, unless the key was why the operation failed.</summary>
    public KeyAccess? Access { get; set; }
    public KeyAccessCause? Cause { get; set; }
    public string? VaultErrorCode { get; set; }
    public string? KeyVersion { get; set; }
    public required string CallerId { get; set; }
    public required string CallerName { get; set; }
    public long Latency { get; set; }
    public string? TrackingId { get; set; }
}

/// <summary>A shared access policy of an instance's service API.</summary>
internal sealed class PolicyRow
{
    public long InstanceId { get; set; }
    public required string Name { get; set; }
    public AccessRights Rights { get; set; }

    /// <summary>Both keys, sealed for this policy by a key derived from the platform key.</summary>
    public required byte[] SealedKeys { get; set; }
    public long CreatedAt { get; set; }
}

/// <summary>An IoT hub to which an instance assigns devices.</summary>
internal sealed class LinkedHubRow
{
    public long InstanceId { get; set; }
    public required string HostName { get; set; }
    public required string Location { get; set; }
    public int AllocationWeight { get; set; }
    public bool ApplyAllocationPolicy { get; set; }
}

/// <summary>An entry of the control plane's log, written in the transaction of what it tells.</summary>
internal sealed class LogRow
{
    public long Sequence { get; set; }
    public long At { get; set; }
    public required string Instance { get; set; }
    public required string Operation { get; set; }
    public string? Detail { get; set; }
    public string? CallerId { get; set; }
    public string? CallerName { get; set; }
}

internal sealed class MetaRow
{
    public const string PlatformKeyFingerprint = "platform-key-fingerprint";

    public required string Name { get; set; }
    public required byte[] Value { get; set; }
}
