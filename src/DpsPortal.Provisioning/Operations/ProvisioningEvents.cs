using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Operations;

internal sealed class ProvisioningEvents(EventFeed feed, RejectionLog rejections) : IProvisioningEvents
{
    public IDisposable Subscribe(Action<ProvisioningEvent> onEvent) => feed.Subscribe(onEvent);

    public Task<IReadOnlyList<RejectedRead>> ListRejectedAsync(string? instance, long? before, int count, CancellationToken cancellationToken) =>
        rejections.ListAsync(instance, before, count, cancellationToken);
}
