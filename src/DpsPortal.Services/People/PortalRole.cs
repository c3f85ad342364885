namespace DpsPortal.Services.People;

/// <summary>The four roles; also the names of the app roles in Entra ID.</summary>
public enum PortalRole
{
    KeyCustodian,
    DpsOperator,
    Approver,
    Auditor,
}
