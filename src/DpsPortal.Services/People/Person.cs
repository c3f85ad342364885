namespace DpsPortal.Services.People;

/// <summary>Who is signed in. A person has exactly one role.</summary>
/// <param name="ObjectId">Directory object id (<c>oid</c>); names and e-mail addresses identify nobody.</param>
public sealed record Person(string ObjectId, string DisplayName, PortalRole Role);

/// <summary>The four roles; also the names of the app roles in Entra ID.</summary>
public enum PortalRole
{
    KeyCustodian,
    DpsOperator,
    Approver,
    Auditor,
}

/// <summary>Everything the service layer lets a person do. Reading states and history needs no permission beyond a role.</summary>
public enum Permission
{
    View,
    CreateInstance,
    EditEnrollments,
    ReadEnrollmentContents,
    RevealEnrollmentKeys,

    /// <summary>Linked hubs and shared access policies.</summary>
    EditInstanceSettings,
    RevealPolicyKeys,

    /// <summary>The demonstration traffic of the simulated DPS.</summary>
    SwitchTraffic,
    VerifyRecords,
    RecheckAccess,
    CreateKey,
    RotateKey,
    RetireKeyVersion,
    RekeyInstance,
    ReencryptRecords,
    RevokeKeyAccess,
    RestoreKeyAccess,
}
