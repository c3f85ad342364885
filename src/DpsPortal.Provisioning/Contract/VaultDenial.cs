namespace DpsPortal.Provisioning.Contract;

/// <summary>What the inner code of a vault's 403 says, for DPS and the portal alike.</summary>
public static class VaultDenial
{
    /// <param name="innerCode">Key Vault's <c>error.innererror.code</c>.</param>
    public static KeyAccessCause CauseOf(string? innerCode) => innerCode switch
    {
        "KeyDisabled" => KeyAccessCause.VersionDisabled,
        "ForbiddenByRbac" or "ForbiddenByPolicy" or "AccessDenied" => KeyAccessCause.RoleMissing,
        "ForbiddenByFirewall" or "ForbiddenByConnection" => KeyAccessCause.FirewallDenied,
        "KeyOperationForbidden" => KeyAccessCause.OperationNotPermitted,
        "KeyExpired" => KeyAccessCause.KeyExpired,
        "KeyNotYetValid" => KeyAccessCause.KeyNotYetValid,
        _ => KeyAccessCause.DeniedOtherwise,
    };
}
