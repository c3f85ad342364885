namespace DpsPortal.Services.People;

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
