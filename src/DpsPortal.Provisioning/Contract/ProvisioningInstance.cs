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
