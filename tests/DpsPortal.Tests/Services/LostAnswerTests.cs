using System.Net;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>A change that the vault carried out, whose answer never came, and which the vault then refuses to repeat.</summary>
[StartsHosts]
public sealed class LostAnswerTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(RevocationMethod.DisableKey, "lost-version")]
    [InlineData(RevocationMethod.RemoveRole, "lost-role")]
    public async Task A_change_that_was_carried_out_is_found_by_looking(RevocationMethod method, string instance)
    {
        var (key, operation) = await RevokeAsync(method, instance, mayLook: true);

        Assert.Equal(OperationState.Succeeded, operation.State);
        Assert.Equal(KeyAccess.Revoked, await portal.AccessOfAsync(instance));
        await RestoresAsync(key, operation, instance);
    }

    [Theory]
    [InlineData(RevocationMethod.DisableKey, "blind-version")]
    [InlineData(RevocationMethod.RemoveRole, "blind-role")]
    public async Task Where_looking_is_refused_too_the_way_back_stays_open(RevocationMethod method, string instance)
    {
        var (key, operation) = await RevokeAsync(method, instance, mayLook: false);

        Assert.Equal((OperationState.Unconfirmed, ServiceRefusals.ChangeUncertain), (operation.State, operation.Failure?.Code));
        Assert.Equal(["ForbiddenByRbac"], operation.Failure!.Arguments);
        await RestoresAsync(key, operation, instance);
    }

    [Fact]
    public async Task A_change_that_was_refused_and_not_made_fails_and_leaves_nothing_to_restore()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("refused", key);
        portal.Between = (request, send) => IsChange(request) ? Task.FromResult(Denied) : send();

        var operation = await EndedAsync(key, RevocationMethod.DisableKey, "refused");

        Assert.Equal((OperationState.Failed, ServiceRefusals.VaultRoleRefused), (operation.State, operation.Failure?.Code));
        Assert.DoesNotContain(await portal.Revocation.ListActiveAsync(Staff.Auditor, None), active => active.Operation == operation.Id);
        await portal.SucceedsAsync(await portal.RotateAsync(key));
    }

    private static HttpResponseMessage Denied => FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac");

    private static bool IsChange(HttpRequestMessage request) => request.Method == HttpMethod.Patch || request.Method == HttpMethod.Delete;

    /// <summary>The first attempt arrives and its answer is lost; from then on the administrator is denied, looking included where told.</summary>
    private async Task<(KeyIdentifier Key, Operation Operation)> RevokeAsync(RevocationMethod method, string instance, bool mayLook)
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync(instance, key);
        var arrived = false;
        portal.Between = async (request, send) =>
        {
            if (arrived && (IsChange(request) || !mayLook))
            {
                return Denied;
            }

            var answer = await send();
            if (IsChange(request))
            {
                arrived = true;
                throw new HttpRequestException("The answer was lost.");
            }

            return answer;
        };
        return (key, await EndedAsync(key, method, instance));
    }

    private async Task<Operation> EndedAsync(KeyIdentifier key, RevocationMethod method, string instance)
    {
        var operation = await portal.EndedAsync(
            await portal.RevokeAsync(new RevocationTarget(method, key, method == RevocationMethod.RemoveRole ? instance : null)));
        portal.Between = null;
        return operation;
    }

    private async Task RestoresAsync(KeyIdentifier key, Operation revocation, string instance)
    {
        Assert.Equal(revocation.Id, (await portal.DetailAsync(key)).ActiveRevocation);
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None));
        Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync(instance));
        Assert.Null((await portal.DetailAsync(key)).ActiveRevocation);
    }
}
