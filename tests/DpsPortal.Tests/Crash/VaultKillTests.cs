using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Crash;

/// <summary>The embedded vault alone, killed under load; the campaign <c>vault-kills</c> does it a hundred times.</summary>
[StartsHosts]
public sealed class VaultKillTests
{
    [Fact]
    public async Task A_vault_killed_under_load_has_every_answered_change_and_no_half_made_key()
    {
        var summary = await VaultKills.RunAsync(ChildAssembly.Path, kills: 3);

        Assert.DoesNotContain(" 0 changes answered", summary, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 versions used", summary, StringComparison.Ordinal);
    }
}
