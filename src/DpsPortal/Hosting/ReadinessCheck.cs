using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DpsPortal.Hosting;

internal sealed class ReadinessCheck(Readiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(readiness.WaitingFor is { } waitingFor
            ? HealthCheckResult.Unhealthy($"Waiting for: {waitingFor}.")
            : HealthCheckResult.Healthy());
}
