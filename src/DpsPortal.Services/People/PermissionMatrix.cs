namespace DpsPortal.Services.People;

/// <summary>
/// Which role may do what. Every service call checks it; pages read it to say who could do what the reader may not.
/// A custodian of keys does not edit DPS, an operator of DPS does not touch keys, and whoever audits changes nothing.
/// </summary>
public static class PermissionMatrix
{
    private static readonly Dictionary<Permission, PortalRole[]> Holders = new()
    {
        [Permission.View] = [PortalRole.KeyCustodian, PortalRole.DpsOperator, PortalRole.Approver, PortalRole.Auditor],
        [Permission.CreateInstance] = [PortalRole.DpsOperator],
        [Permission.EditEnrollments] = [PortalRole.DpsOperator],
        [Permission.ReadEnrollmentContents] = [PortalRole.DpsOperator, PortalRole.Auditor],
        [Permission.RevealEnrollmentKeys] = [PortalRole.DpsOperator],
        [Permission.EditInstanceSettings] = [PortalRole.DpsOperator],
        [Permission.RevealPolicyKeys] = [PortalRole.DpsOperator],
        [Permission.SwitchTraffic] = [PortalRole.DpsOperator],
        [Permission.VerifyRecords] = [PortalRole.KeyCustodian, PortalRole.DpsOperator, PortalRole.Approver, PortalRole.Auditor],
        [Permission.RecheckAccess] = [PortalRole.KeyCustodian, PortalRole.DpsOperator, PortalRole.Approver],
        [Permission.CreateKey] = [PortalRole.KeyCustodian],
        [Permission.RotateKey] = [PortalRole.KeyCustodian],
        [Permission.RetireKeyVersion] = [PortalRole.KeyCustodian],
        [Permission.RekeyInstance] = [PortalRole.KeyCustodian],
        [Permission.ReencryptRecords] = [PortalRole.KeyCustodian],
        [Permission.RevokeKeyAccess] = [PortalRole.KeyCustodian],
        [Permission.RestoreKeyAccess] = [PortalRole.KeyCustodian, PortalRole.Approver],
    };

    public static bool Allows(PortalRole role, Permission permission) => Holders[permission].Contains(role);

    public static IReadOnlyList<PortalRole> RolesThatMay(Permission permission) => Holders[permission];
}
