using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>Lists of instances: whole, in pages, of some names, and of their keys alone.</summary>
[StartsHosts]
public sealed class InstanceListTests
{
    private readonly FakeVault _vault = new();

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_page_describes_its_instances_as_the_whole_list_does_also_one_that_has_just_come()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        var key = _vault.AddKey();
        await dps.CreatedAsync("fabrikam", key);
        await dps.CreatedAsync("Contoso");
        Assert.Equal(["Contoso", "fabrikam"], Names(await dps.Instances.ListAsync(RunningDps.Tester, None)));
        await dps.CreatedAsync("dps-last");
        await dps.ImportAsync("dps-last", 3);

        var all = await dps.Instances.ListAsync(RunningDps.Tester, None);
        Assert.Equal(["Contoso", "dps-last", "fabrikam"], Names(all));
        Assert.Equal(3, all[1].Records.Registrations);
        Assert.Equal(all.Select(instance => instance.Records), (await PageAsync(dps, new InstanceQuery())).Instances.Select(instance => instance.Records));

        var middle = await PageAsync(dps, new InstanceQuery(After: "CONTOSO", Count: 1));
        Assert.Equal((all[1], true, true, 3), (Assert.Single(middle.Instances), middle.HasPrevious, middle.HasNext, middle.Total));
        Assert.Equal(["fabrikam"], Names((await PageAsync(dps, new InstanceQuery(Search: key.Name))).Instances));
        Assert.Equal(["fabrikam"], Names((await PageAsync(dps, new InstanceQuery(Access: KeyAccess.Accessible))).Instances));
        Assert.Equal(["dps-last"], Names(await dps.Instances.ListAsync(RunningDps.Tester, ["DPS-LAST", "nobody"], None)));
    }

    [Fact]
    public async Task The_keys_of_all_instances_are_those_of_the_whole_list()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        var (first, second) = (_vault.AddKey(), _vault.AddKey("clean-kek"));
        await dps.CreatedAsync("contoso", first);
        await dps.CreatedAsync("plain");
        (await dps.Instances.RekeyAsync(RunningDps.Tester, "contoso", second, None)).Value();

        var keys = await dps.Instances.ListKeysAsync(RunningDps.Tester, None);
        var encryption = await dps.KeyOfAsync("contoso");
        Assert.Equal(["contoso", "plain"], keys.Select(instance => instance.Name));
        Assert.Equal((encryption.ConfiguredKey, 2), (keys[0].ConfiguredKey, keys[0].WrappedKeys.Count));
        Assert.Equal(encryption.WrappedKeys, keys[0].WrappedKeys);
        Assert.Empty(keys[1].Needed);
    }

    private static Task<FoundInstances> PageAsync(RunningDps dps, InstanceQuery query) => dps.Instances.FindAsync(RunningDps.Tester, query, None);

    private static IEnumerable<string> Names(IEnumerable<ProvisioningInstance> instances) => instances.Select(instance => instance.Name);
}
