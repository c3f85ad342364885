namespace DpsPortal.Provisioning.Contract;

/// <summary>Why an instance's key was not accessible.</summary>
/// <param name="VaultErrorCode">The vault's inner code, when it gave one.</param>
public sealed record KeyDenial(KeyAccess Access, KeyAccessCause Cause, string? VaultErrorCode, KeyIdentifier? KeyVersion);
