using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Access;

/// <summary>What the guards of all instances share.</summary>
internal sealed record GuardServices(
    ProvisioningOptions Options,
    KeyVaults Vaults,
    InstanceStore Store,
    EventFeed Events,
    CheckSchedule Schedule,
    ICheckpoints Checkpoints,
    TimeProvider SystemClock,
    TimeProvider DomainClock)
{
    public LeaseClock Clock { get; } = new(SystemClock);
}
