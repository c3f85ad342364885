namespace DpsPortal.Services.Impact;

/// <param name="Kind">Which operation of DPS or of a device.</param>
/// <param name="Verdict">What becomes of it; telemetry of provisioned devices, for one, goes on.</param>
/// <param name="StatusCode">HTTP status for who has no access, unless it is not affected. Simulated, modelled on IoT Hub and Event Hubs.</param>
/// <param name="Scope">How many records, groups, devices or instances it concerns, by what becomes of their instance.</param>
public sealed record OperationEffect(AffectedOperation Kind, EffectVerdict Verdict, int? StatusCode, int? ErrorCode, EffectScope Scope);

/// <param name="Losing">Of instances that lose access.</param>
/// <param name="Unknown">Of instances of which that cannot be told.</param>
/// <param name="Without">Of instances that have no access now and stay without.</param>
public sealed record EffectScope(long Losing, long Unknown, long Without)
{
    public long Total => Losing + Unknown + Without;
}

/// <summary>What becomes of an operation: the worst of what becomes of it for some instance.</summary>
public enum EffectVerdict
{
    Fails,
    MayFail,

    /// <summary>It fails now and goes on failing.</summary>
    FailsAlready,
    NotAffected,
}

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
