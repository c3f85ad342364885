using System.Reflection;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Services;

/// <summary>What DPS reports and no vault has, or what DPS does not say, is unknown and never "none".</summary>
[StartsHosts]
public sealed class UnmatchedKeyTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>, IAsyncDisposable
{
    private static readonly KeyIdentifier Elsewhere = KeyIdentifier.Parse($"https://kv-elsewhere.vault.localhost:8443/keys/kek/{new string('c', 32)}");

    [Fact]
    public async Task While_DPS_reports_a_key_that_no_vault_has_nothing_is_called_safe_rotated_or_retired()
    {
        var (key, old) = await RotatedKeyAsync("dps-matched");
        await MisleadAsync(instances => Misreporting.Of(instances, Elsewhere));

        var detail = await portal.DetailAsync(key);
        Assert.Equal([Elsewhere.Versionless, Elsewhere], detail.Unmatched.Select(use => use.Key));
        Assert.DoesNotContain(detail.Versions, version => version.Use == KeyVersionUse.Unused);
        Assert.Equal(KeyVersionUse.Unknown, detail.Versions.Single(version => version.Id == old).Use);
        Assert.NotEmpty((await portal.Rotation.PlanAsync(Staff.Custodian, key, CancellationToken.None)).Value().Unmatched);
        Assert.Equal([Elsewhere.Versionless, Elsewhere], (await OnPageAsync(key)).Unmatched.Select(use => use.Key));

        Assert.Equal(ServiceRefusals.DependentsUnknown, (await portal.Keys.RetireVersionAsync(Staff.Custodian, old, CancellationToken.None)).Refusal().Code);
        Assert.Equal(ServiceRefusals.DependentsUnknown, (await portal.RotateAsync(key)).Refusal().Code);
    }

    [Fact]
    public async Task A_version_that_DPS_needs_and_the_vault_does_not_list_makes_the_use_of_the_others_unknown()
    {
        var (key, old) = await RotatedKeyAsync("dps-version-lost");
        await MisleadAsync(instances => Misreporting.Of(instances, key.WithVersion(new string('d', 32))));

        Assert.Equal(KeyVersionUse.Unknown, (await portal.DetailAsync(key)).Versions.Single(version => version.Id == old).Use);
        Assert.Equal(ServiceRefusals.DependentsUnknown, (await portal.Keys.RetireVersionAsync(Staff.Custodian, old, CancellationToken.None)).Refusal().Code);

        var listed = await OnPageAsync(key);
        Assert.Equal([key.WithVersion(new string('d', 32))], listed.Unmatched.Select(use => use.Key));
        Assert.Equal(["dps-lost", "dps-version-lost"], listed.Dependents.Select(dependent => dependent.Instance));
    }

    [Fact]
    public void A_vault_that_DPS_addresses_in_two_ways_is_looked_for_under_both()
    {
        InstanceKeys Using(string name, string key) => new(name, default, KeyIdentifier.Parse(key), []);
        var uses = new KeyUses([
            Using("one", "https://localhost:8443/keys/kek"), Using("two", "https://127.0.0.1:8443/keys/kek"), Using(
                "three", "https://127.0.0.1:8443/keys/other"),
        ]);
        var kek = KeyIdentifier.Parse("https://localhost:8443/keys/kek");

        Assert.Equal(["one", "two"], uses.Of(kek).Select(instance => instance.Name));
        Assert.Equal(["127.0.0.1"], uses.Vaults.Where(vault => vault.HasOtherThan(kek)).Select(vault => vault.Address.Host));
        Assert.Equal(["localhost", "127.0.0.1"], uses.Vaults.Where(vault => vault.HasOtherThan(Elsewhere)).Select(vault => vault.Address.Host));
    }

    [Fact]
    public async Task Where_DPS_does_not_answer_every_gate_refuses_and_nothing_is_changed()
    {
        var (key, old) = await RotatedKeyAsync("dps-withheld");
        var before = await portal.DetailAsync(key);
        await MisleadAsync(Misreporting.Silent);

        Assert.Equal(ServiceRefusals.StoreUnreachable, (await portal.Keys.RetireVersionAsync(Staff.Custodian, old, CancellationToken.None)).Refusal().Code);
        Assert.Equal(
            ServiceRefusals.StoreUnreachable,
            (await portal.Rotation.StartAsync(Staff.Custodian, key, before.Current.Id.Version!, CancellationToken.None)).Refusal().Code);
        Assert.Equal(
            ServiceRefusals.StoreUnreachable,
            (await portal.Revocation.PreviewAsync(Staff.Custodian, new RevocationTarget(RevocationMethod.DisableKey, key), CancellationToken.None))
                .Refusal().Code);

        await MisleadAsync(instances => instances);
        var after = await portal.DetailAsync(key);
        Assert.Equal(
            before.Versions.Select(version => (version.Id, version.Availability)), after.Versions.Select(version => (version.Id, version.Availability)));
    }

    public async ValueTask DisposeAsync() => await MisleadAsync(instances => instances);

    private async Task<(KeyIdentifier Key, KeyIdentifier Old)> RotatedKeyAsync(string instance)
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync(instance, key);
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        return (key, (await portal.DetailAsync(key)).Versions.Single(version => version.Use == KeyVersionUse.Unused).Id);
    }

    private async Task<KeyOverview> OnPageAsync(KeyIdentifier key) =>
        (await portal.Keys.ListPageAsync(Staff.Auditor, new KeyQuery(Search: key.Name), CancellationToken.None)).List.Keys.Single(listed => listed.Key == key);

    private async Task MisleadAsync(Func<IProvisioningInstances, IProvisioningInstances> seen)
    {
        portal.SeenOfDps = seen;
        await portal.StopServicesAsync();
        await portal.StartServicesAsync();
    }

    /// <summary>DPS, which reports another key for its first instance, or does not answer at all.</summary>
    public class Misreporting : DispatchProxy
    {
        private IProvisioningInstances? _instances;
        private KeyIdentifier? _lost;

        public static IProvisioningInstances Of(IProvisioningInstances instances, KeyIdentifier lost)
        {
            var proxy = Create<IProvisioningInstances, Misreporting>();
            (((Misreporting)(object)proxy)._instances, ((Misreporting)(object)proxy)._lost) = (instances, lost);
            return proxy;
        }

        public static IProvisioningInstances Silent(IProvisioningInstances instances)
        {
            var proxy = Create<IProvisioningInstances, Misreporting>();
            ((Misreporting)(object)proxy)._instances = instances;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => (targetMethod!.Invoke(_instances, args), args) switch
        {
            (Task<IReadOnlyList<ProvisioningInstance>>, _) when _lost is null =>
                Task.FromException<IReadOnlyList<ProvisioningInstance>>(new SqliteException("disk I/O error", 10)),
            (Task<IReadOnlyList<InstanceKeys>>, _) when _lost is null =>
                Task.FromException<IReadOnlyList<InstanceKeys>>(new SqliteException("disk I/O error", 10)),
            (Task<IReadOnlyList<ProvisioningInstance>> listed, [_, IReadOnlyCollection<string> names, _]) when !names.Contains("dps-lost") => listed,
            (Task<IReadOnlyList<ProvisioningInstance>> listed, _) => ListAsync(listed),
            (Task<IReadOnlyList<InstanceKeys>> keys, _) => ListKeysAsync(keys),
            var (answer, _) => answer,
        };

        private async Task<IReadOnlyList<ProvisioningInstance>> ListAsync(Task<IReadOnlyList<ProvisioningInstance>> listed)
        {
            var encryption = new InstanceEncryption.CustomerManagedKey(
                _lost!.Versionless, _lost, new ManagedIdentity("id-lost", "c", "p"), [Form(_lost)],
                new KeyAccessStatus(KeyAccess.Accessible, KeyAccessCause.None, null, default, null, null, null, 1));
            return [
                .. await listed, new ProvisioningInstance(
                    "dps-lost", "rg-contoso", "westeurope", "0ne00000000", default, encryption, new RecordCounts(0, 0, 0)),
            ];
        }

        private async Task<IReadOnlyList<InstanceKeys>> ListKeysAsync(Task<IReadOnlyList<InstanceKeys>> listed) =>
            [.. await listed, new InstanceKeys("dps-lost", default, _lost!.Versionless, [Form(_lost)])];

        private static WrappedInstanceKey Form(KeyIdentifier lost) => new(lost, "RSA-OAEP-256", WrappedKeyUse.Current, default);
    }
}
