namespace DpsPortal.Services.Operations;

/// <summary>The step codes, each with a text in the portal's resources.</summary>
public static class StepCodes
{
    public const string PrepareIdentity = nameof(PrepareIdentity);
    public const string AssignRole = nameof(AssignRole);
    public const string ProveAccess = nameof(ProveAccess);
    public const string CreateInstance = nameof(CreateInstance);
    public const string CreateVersion = nameof(CreateVersion);
    public const string RewrapInstance = nameof(RewrapInstance);
    public const string PruneInstance = nameof(PruneInstance);
    public const string ConfirmCoverage = nameof(ConfirmCoverage);
    public const string FenceVersion = nameof(FenceVersion);
    public const string DisableVersion = nameof(DisableVersion);
    public const string RemoveRoleAssignment = nameof(RemoveRoleAssignment);
    public const string ConfirmRevoked = nameof(ConfirmRevoked);
    public const string EnableVersion = nameof(EnableVersion);

    /// <summary>DPS wraps under a version again that was enabled at the vault.</summary>
    public const string LiftFence = nameof(LiftFence);
    public const string RestoreRoleAssignment = nameof(RestoreRoleAssignment);
    public const string ConfirmRestored = nameof(ConfirmRestored);

    /// <summary>A restore leaves what another revocation wants off.</summary>
    public const string LeaveOff = nameof(LeaveOff);
    public const string RekeyInstance = nameof(RekeyInstance);
    public const string ConfirmRekeyed = nameof(ConfirmRekeyed);

    /// <summary>DPS writes every record of an instance anew.</summary>
    public const string ReencryptRecords = nameof(ReencryptRecords);
}
