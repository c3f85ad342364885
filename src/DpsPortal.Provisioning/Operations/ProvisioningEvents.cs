using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Operations;

internal sealed class ProvisioningEvents(EventFeed feed, OperationLog log) : IProvisioningEvents
{
    public IDisposable Subscribe(Action<ProvisioningEvent> onEvent) => feed.Subscribe(onEvent);

    public async Task<IReadOnlyList<RejectedRead>> ListRejectedAsync(string? instance, long? before, int count, CancellationToken cancellationToken) =>
        [.. (await log.ListAsync(instance, rejectedOnly: true, before, count, cancellationToken).ConfigureAwait(false)).Select(entry => entry.Rejection!)];

    public Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(string? instance, long? before, int count, CancellationToken cancellationToken) =>
        log.ListAsync(instance, rejectedOnly: false, before, count, cancellationToken);
}
