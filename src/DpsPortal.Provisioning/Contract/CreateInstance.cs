namespace DpsPortal.Provisioning.Contract;

/// <param name="OperationId">Idempotency key of the creation.</param>
/// <param name="Identity">With a customer-managed key, the identity that calls the vault; otherwise <see langword="null"/>.</param>
/// <param name="Key">With a customer-managed key, versionless or pinned; otherwise <see langword="null"/>.</param>
public sealed record CreateInstance(
    Guid OperationId,
    string Name,
    string ResourceGroup,
    string Location,
    KeyIdentifier? Key,
    ManagedIdentity? Identity);
