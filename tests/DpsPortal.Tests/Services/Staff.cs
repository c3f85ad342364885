using DpsPortal.Services.People;

namespace DpsPortal.Tests.Services;

/// <summary>One person per role.</summary>
internal static class Staff
{
    public static readonly Person Custodian = new("11111111-0000-0000-0000-000000000001", "Key custodian", PortalRole.KeyCustodian);
    public static readonly Person Operator = new("11111111-0000-0000-0000-000000000002", "DPS operator", PortalRole.DpsOperator);
    public static readonly Person Approver = new("11111111-0000-0000-0000-000000000003", "Approver", PortalRole.Approver);
    public static readonly Person Auditor = new("11111111-0000-0000-0000-000000000004", "Auditor", PortalRole.Auditor);

    public static readonly Person[] All = [Custodian, Operator, Approver, Auditor];
}
