namespace DpsPortal.KeyVault.Storage;

// Rows of vault.db. Times are UTC ticks: SQLite cannot order or compare DateTimeOffset.

internal sealed class VaultRow
{
    public required string Name { get; set; }
    public required string ResourceGroup { get; set; }
    public required string Location { get; set; }
    public required bool PurgeProtection { get; set; }
    public required int RetentionDays { get; set; }
    public required long Created { get; set; }

    /// <summary><c>standard</c> or <c>premium</c>.</summary>
    public string Sku { get; set; } = "standard";

    /// <summary>The firewall (networkAcls and publicNetworkAccess) as JSON, or null where every address may call.</summary>
    public string? NetworkAcls { get; set; }

    /// <summary>Tags as JSON, or null where there are none.</summary>
    public string? Tags { get; set; }

    /// <summary>Null while the vault is there; otherwise it is soft-deleted, and its name is taken until it is purged.</summary>
    public long? Deleted { get; set; }
    public long? ScheduledPurge { get; set; }
}

internal sealed class KeyRow
{
    public long Id { get; set; }
    public required string Vault { get; set; }
    public required string Name { get; set; }

    /// <summary>The rotation policy as JSON, or null where none was set.</summary>
    public string? RotationPolicy { get; set; }

    /// <summary>Null while the key is there; otherwise it is soft-deleted, and its name is taken until it is purged.</summary>
    public long? Deleted { get; set; }
    public long? ScheduledPurge { get; set; }
}

internal sealed class KeyVersionRow
{
    /// <summary>Order of creation: the highest of a key is its current version.</summary>
    public long Sequence { get; set; }
    public long KeyId { get; set; }
    public required string Version { get; set; }
    public required string KeyType { get; set; }

    /// <summary>In bits.</summary>
    public required int Size { get; set; }

    // The public part, by type as in a JSON Web Key: modulus and exponent, or curve and point; a symmetric key has none.
    public byte[]? Modulus { get; set; }
    public byte[]? Exponent { get; set; }
    public string? Curve { get; set; }
    public byte[]? X { get; set; }
    public byte[]? Y { get; set; }

    /// <summary>PKCS #8, or the bytes of a symmetric key; sealed under the master key and bound to vault, key name and version.</summary>
    public required byte[] SealedPrivateKey { get; set; }
    public required string Operations { get; set; }
    public required bool Enabled { get; set; }
    public long? NotBefore { get; set; }
    public long? Expires { get; set; }
    public required long Created { get; set; }
    public required long Updated { get; set; }

    /// <summary>Tags as JSON, or null where there are none.</summary>
    public string? Tags { get; set; }

    // Each event is published once.
    public bool NearExpiryPublished { get; set; }
    public bool ExpiredPublished { get; set; }
}

internal sealed class RoleAssignmentRow
{
    public required Guid Name { get; set; }
    public required string Scope { get; set; }
    public required Guid RoleDefinitionId { get; set; }
    public required Guid PrincipalId { get; set; }
    public required string PrincipalType { get; set; }
    public required long Created { get; set; }

    /// <summary>Null while it is there; otherwise when its removal has propagated, whatever the delay is by then. The row goes after that.</summary>
    public long? Removed { get; set; }
}

/// <summary>A program outside that signs in with client credentials.</summary>
internal sealed class ApplicationRow
{
    public required Guid ClientId { get; set; }
    public required Guid ObjectId { get; set; }
    public required string Name { get; set; }

    /// <summary>SHA-256 of a generated secret; the secret itself is shown once and never stored.</summary>
    public required byte[] SecretHash { get; set; }
    public required long Created { get; set; }
}

internal sealed class ManagedIdentityRow
{
    public required Guid ClientId { get; set; }
    public required Guid PrincipalId { get; set; }
    public required string ResourceGroup { get; set; }
    public required string Name { get; set; }
    public required string Location { get; set; }
}

internal sealed class AuditEventRow
{
    public long Sequence { get; set; }
    public required long Time { get; set; }
    public required string OperationName { get; set; }

    /// <summary>The vault's ARM id, or empty where no vault was meant.</summary>
    public string ResourceId { get; set; } = "";

    /// <summary>The api-version of the request.</summary>
    public string? OperationVersion { get; set; }
    public string? ClientInfo { get; set; }
    public required string ResultType { get; set; }
    public required string ResultSignature { get; set; }
    public string? ResultDescription { get; set; }
    public required string CorrelationId { get; set; }
    public Guid? CallerObjectId { get; set; }
    public Guid? CallerAppId { get; set; }
    public required string CallerIpAddress { get; set; }
    public required string RequestUri { get; set; }
    public required string Id { get; set; }
    public required int HttpStatusCode { get; set; }
    public required long DurationMs { get; set; }
}

/// <summary>A known value sealed under the master key: tells a wrong key before it is used.</summary>
internal sealed class SealedCheckRow
{
    public int Id { get; set; }
    public required byte[] Value { get; set; }
}
