using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;

namespace DpsPortal.Provisioning.Access;

/// <summary>One check of an instance's access; a version made elsewhere that it came across is taken up.</summary>
internal sealed class AccessCheck(RewrapService rewrap)
{
    public async Task<KeyAccessStatus> RunAsync(LoadedInstance instance, CancellationToken cancellationToken)
    {
        var guard = instance.Guard!;
        await guard.CheckAsync(cancellationToken).ConfigureAwait(false);
        if (guard.NewerVersion is { } newer)
        {
            await rewrap.PickUpAsync(instance, newer, cancellationToken).ConfigureAwait(false);
        }

        return guard.Status;
    }
}
