namespace DpsPortal.Services.Impact;

/// <summary>What of DPS, or of its devices, a revoke may concern.</summary>
public enum AffectedOperation
{
    RegisterDevice,
    ReprovisionDevice,
    ReadEnrollments,
    WriteEnrollments,
    ReadRegistrations,
    TelemetryOfProvisionedDevices,
    ManageInstance,
}
