namespace DpsPortal.Services.Impact;

/// <summary>What becomes of one kind of operation when the key goes, as the impact promises it.</summary>
/// <param name="Kind">Which operation of DPS or of a device.</param>
/// <param name="Verdict">What becomes of it; telemetry of provisioned devices, for one, goes on.</param>
/// <param name="StatusCode">HTTP status for who has no access, unless it is not affected. Simulated, modelled on IoT Hub and Event Hubs.</param>
/// <param name="Scope">How many records, groups, devices or instances it concerns, by what becomes of their instance.</param>
public sealed record OperationEffect(AffectedOperation Kind, EffectVerdict Verdict, int? StatusCode, int? ErrorCode, EffectScope Scope);
