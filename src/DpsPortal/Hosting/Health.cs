using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DpsPortal.Hosting;

/// <summary>Whether the portal can be used: its systems have started and the sample, if wanted, is complete.</summary>
internal sealed class Readiness
{
    private volatile string? _waitingFor = "start";

    public string? WaitingFor => _waitingFor;

    public void WaitFor(string what) => _waitingFor = what;

    public void Ready() => _waitingFor = null;
}

internal sealed class ReadinessCheck(Readiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(readiness.WaitingFor is { } waitingFor
            ? HealthCheckResult.Unhealthy($"Waiting for: {waitingFor}.")
            : HealthCheckResult.Healthy());
}
