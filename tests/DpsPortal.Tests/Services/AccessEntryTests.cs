using System.Reflection;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;

namespace DpsPortal.Tests.Services;

/// <summary>An entry is written when the store takes it; what it says is what was so when it happened.</summary>
[StartsHosts]
public sealed class AccessEntryTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>, IAsyncDisposable
{
    private static readonly KeyIdentifier Elsewhere = KeyIdentifier.Parse($"https://kv-elsewhere.vault.localhost:8443/keys/kek/{new string('c', 32)}");

    [Fact]
    public async Task A_loss_is_found_under_the_key_that_was_lost_wherever_the_instance_is_when_it_is_written()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("moves-on", key);
        var version = (await portal.DetailAsync(key)).Current.Id;
        portal.SeenOfDps = MovedOn.Of;
        await portal.StopServicesAsync();
        await portal.StartServicesAsync();

        await portal.KeyVault.PatchAsync($"/keys/{version.Name}/{version.Version}", new { attributes = new { enabled = false } });
        await portal.Instances.RecheckAsync(Staff.Operator, "moves-on", CancellationToken.None);
        var lost = await portal.EntryAsync("moves-on", ActivityCodes.AccessLostOutside);

        Assert.Contains(await OfAsync(key), entry => entry.Sequence == lost.Sequence);
        Assert.Empty(await OfAsync(Elsewhere.Versionless));
    }

    public async ValueTask DisposeAsync()
    {
        portal.SeenOfDps = instances => instances;
        await portal.StopServicesAsync();
        await portal.StartServicesAsync();
    }

    private Task<IReadOnlyList<ActivityEntry>> OfAsync(KeyIdentifier key) =>
        portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 50, CancellationToken.None);

    /// <summary>DPS, all of whose instances have moved to another key by the time at which one is asked for.</summary>
    public class MovedOn : DispatchProxy
    {
        private IProvisioningInstances? _instances;

        public static IProvisioningInstances Of(IProvisioningInstances instances)
        {
            var proxy = Create<IProvisioningInstances, MovedOn>();
            ((MovedOn)(object)proxy)._instances = instances;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(_instances, args);
            return targetMethod.Name == nameof(IProvisioningInstances.GetAsync) ? MovedAsync((Task<ProvisioningInstance?>)answer!) : answer;
        }

        private static async Task<ProvisioningInstance?> MovedAsync(Task<ProvisioningInstance?> found) =>
            await found is { Encryption: InstanceEncryption.CustomerManagedKey key } instance
            ? instance with { Encryption = key with { ConfiguredKey = Elsewhere.Versionless, EffectiveKey = Elsewhere } }
            : await found;
    }
}
