using System.Net;
using System.Text;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>Who loses access, keeps it, stays without it or cannot be told, on the real vault and the real simulated DPS.</summary>
[StartsHosts]
public sealed class FateTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private const string KeyVaultContributor = "f25e0fa2-a7c8-4377-a976-54943a77a395";
    private const string PurgeOperator = "a68e7c17-0ab2-4c09-9a58-125dae29748c";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_role_without_rights_on_keys_keeps_nobody_from_revoking()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("contributes", key);
        await GrantOnVaultAsync("id-contributes", KeyVaultContributor);

        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "contributes")));

        Assert.Equal(KeyAccess.Revoked, await portal.AccessOfAsync("contributes"));
    }

    [Fact]
    public async Task A_role_whose_rights_cannot_be_read_keeps_nobody_from_revoking()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("unread", key);
        await GrantOnVaultAsync("id-unread", PurgeOperator);
        portal.Between = (request, send) =>
            request.RequestUri!.AbsolutePath.Contains(PurgeOperator, StringComparison.OrdinalIgnoreCase) ? Task.FromResult(Forbidden()) : send();

        var started = await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "unread"));
        portal.Between = null;

        await portal.SucceedsAsync(started);
    }

    [Fact]
    public async Task Who_has_no_role_any_more_loses_nothing()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("role-is-gone", key);
        var assignment = (await portal.Management.ListRoleAssignmentsAsync(key, None)).Single(role => role.IsOn(key));
        await portal.Management.RemoveRoleAssignmentAsync(assignment, None);

        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, new RevocationTarget(RevocationMethod.DisableKey, key), None)).Value();

        Assert.Empty(impact.Losing);
    }

    [Fact]
    public async Task What_the_impact_says_of_outside_changes_is_how_often_DPS_looks()
    {
        var key = await portal.SharedKeyAsync();

        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, new RevocationTarget(RevocationMethod.DisableKey, key), None)).Value();

        Assert.Equal(RunningPortalServices.PollInterval, impact.NoticedWithin);
    }

    private async Task GrantOnVaultAsync(string identity, string role)
    {
        var principal = (await portal.Management.ListIdentitiesAsync(None)).Single(other => other.Name == identity).PrincipalId;
        await portal.KeyVault.GrantAsync(principal, role, portal.KeyVault.VaultResourceId(RunningPortalServices.Vault));
    }

    private static HttpResponseMessage Forbidden() => new(HttpStatusCode.Forbidden)
    {
        Content = new StringContent("""{"error":{"code":"AuthorizationFailed","message":"No."}}""", Encoding.UTF8, "application/json"),
    };
}
