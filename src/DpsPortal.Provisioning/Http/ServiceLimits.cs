namespace DpsPortal.Provisioning.Http;

/// <summary>Azure IoT Hub DPS service limits.</summary>
internal sealed record ServiceLimits
{
    public int OperationsPerMinute { get; init; } = 1000;

    public int RegistrationsPerMinute { get; init; } = 1000;

    public int PollsPerTenSeconds { get; init; } = 5;
}
