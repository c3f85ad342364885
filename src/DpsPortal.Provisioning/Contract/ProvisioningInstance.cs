namespace DpsPortal.Provisioning.Contract;

/// <summary>A DPS instance as an administrator may always see it, also while its key is revoked.</summary>
/// <param name="Name">3 to 50 letters, digits and hyphens; unique; never changes.</param>
/// <param name="IdScope">Identifies the instance to devices: <c>0ne</c> and eight hexadecimal digits; never changes.</param>
public sealed record ProvisioningInstance(
    string Name,
    string ResourceGroup,
    string Location,
    string IdScope,
    DateTimeOffset CreatedAt,
    InstanceEncryption Encryption,
    RecordCounts Records);

/// <summary>How an instance encrypts its records. The number of layers is chosen at creation and never changes; which key of the customer it is can.</summary>
public abstract record InstanceEncryption
{
    private InstanceEncryption() { }

    /// <summary>One layer: the platform layer under a Microsoft-managed key.</summary>
    public sealed record MicrosoftManaged : InstanceEncryption;

    /// <summary>Two layers: the platform layer around a layer under the customer's key-encryption key.</summary>
    /// <param name="ConfiguredKey">What the administrator chose; versionless follows rotations, pinned does not.</param>
    /// <param name="EffectiveKey">The version that wraps the current instance key.</param>
    /// <param name="Identity">The managed identity with which the instance calls the vault.</param>
    /// <param name="WrappedKeys">Every stored wrapped form of the instance key, the current one first.</param>
    public sealed record CustomerManagedKey(
        KeyIdentifier ConfiguredKey,
        KeyIdentifier EffectiveKey,
        ManagedIdentity Identity,
        IReadOnlyList<WrappedInstanceKey> WrappedKeys,
        KeyAccessStatus Access) : InstanceEncryption;
}

/// <summary>A user-assigned managed identity.</summary>
public sealed record ManagedIdentity(string Name, string ClientId, string PrincipalId);

/// <summary>One wrapped form of an instance key; the wrapped bytes stay inside DPS.</summary>
/// <param name="WrappedBy">The versioned identifier of the key that wraps it.</param>
/// <param name="Algorithm">Key Vault's name of the algorithm, for example <c>RSA-OAEP-256</c>.</param>
public sealed record WrappedInstanceKey(KeyIdentifier WrappedBy, string Algorithm, WrappedKeyUse Use, DateTimeOffset WrappedAt);

public enum WrappedKeyUse
{
    /// <summary>The form that is unwrapped to read and write.</summary>
    Current,

    /// <summary>An earlier form, under the key that a re-key has left, until it is pruned.</summary>
    Retiring,
}

public sealed record RecordCounts(long EnrollmentGroups, long IndividualEnrollments, long Registrations)
{
    public long Total => EnrollmentGroups + IndividualEnrollments + Registrations;
}
