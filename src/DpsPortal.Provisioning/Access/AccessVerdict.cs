using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>What one answer of the vault, or its absence, says about an instance's access to its key.</summary>
/// <param name="VaultErrorCode">The vault's inner code, or its outer one where there is none.</param>
internal sealed record AccessVerdict(KeyAccess Access, KeyAccessCause Cause, string? VaultErrorCode = null)
{
    public static AccessVerdict Verified { get; } = new(KeyAccess.Accessible, KeyAccessCause.None);

    /// <summary>No vault was asked yet, or what it said has been too long ago.</summary>
    public static AccessVerdict NotVerifiedYet { get; } = new(KeyAccess.Unavailable, KeyAccessCause.NotVerifiedYet);

    /// <summary>The unwrap worked, whatever else is wrong with the key.</summary>
    public bool IsVerified => Access is KeyAccess.Accessible or KeyAccess.Degraded;
}
