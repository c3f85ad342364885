using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Operations;

internal sealed class ProvisioningEvents(EventFeed feed, OperationLog log, TimeProvider systemClock) : IProvisioningEvents
{
    public IDisposable Subscribe(Action<ProvisioningEvent> onEvent) => feed.Subscribe(onEvent);

    public async Task<IReadOnlyList<RejectedOperation>> ListRejectedAsync(string? instance, long? before, int count, CancellationToken cancellationToken) =>
        [.. (await log.ListAsync(instance, new OperationFilter(Rejected: true), before, count, cancellationToken).ConfigureAwait(false))
            .Select(entry => entry.Rejection!)];

    public Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(string? instance, long? before, int count, CancellationToken cancellationToken) =>
        log.ListAsync(instance, new OperationFilter(), before, count, cancellationToken);

    public Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(
        string? instance, OperationFilter filter, long? before, int count, CancellationToken cancellationToken) =>
        log.ListAsync(instance, filter, before, count, cancellationToken);

    public Task<RejectionSummary> SummarizeRejectedAsync(string? instance, TimeSpan recent, CancellationToken cancellationToken) =>
        log.SummarizeAsync(instance, systemClock.GetUtcNow() - recent, cancellationToken);
}
