namespace DpsPortal.Services.Impact;

/// <summary>What kind of change it is; which one, says the subject.</summary>
public enum VaultChangeKind
{
    DisableVersion,
    RemoveRoleAssignment,
}
