using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Tests.Provisioning;
using Xunit;

namespace DpsPortal.Tests.Services;

/// <summary>Vaults compare key names without regard to case; a form may spell one as it likes.</summary>
public sealed class KeySpellingTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    [Fact]
    public async Task An_instance_created_under_another_spelling_is_counted_and_re_wrapped_like_any_other()
    {
        var key = await portal.NewKeyAsync();
        var first = (await portal.DetailAsync(key)).Current.Id;
        var form = new NewInstance("dps-spelling", "rg-contoso", "westeurope", true, "id-spelling", key.ToString().Replace("/kek", "/KEK", StringComparison.Ordinal));
        await portal.SucceedsAsync(await portal.Instances.CreateAsync(Staff.Operator, form, CancellationToken.None));
        await portal.KeyVault.PostAsync($"/keys/{key.Name}/rotate", null);

        var refusal = (await portal.Keys.RetireVersionAsync(Staff.Custodian, first, CancellationToken.None)).Refusal();
        Assert.Equal((ServiceRefusals.VersionStillWraps, "1"), (refusal.Code, refusal.Arguments[0]));

        await portal.SucceedsAsync(await portal.Rotation.StartPickupAsync(Staff.Custodian, key, CancellationToken.None));
        var detail = await portal.DetailAsync(key);
        Assert.Equal(detail.Current.Id, detail.Dependents.Single().EffectiveVersion);
    }
}
