using System.Net;
using System.Security.Cryptography;
using CsCheck;
using DpsPortal.KeyVault.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Tests.Services;

/// <summary>Who may unwrap, as it is read from assignments and roles, is who the vault lets unwrap.</summary>
[StartsHosts]
public sealed class UnwrapRightTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private const int People = 3;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task What_is_read_is_what_the_vault_does_whatever_was_assigned_to_whom_and_where()
    {
        var (key, other) = (await portal.NewKeyAsync(), await portal.NewKeyAsync());
        var people = new List<(string ClientId, string PrincipalId)>();
        for (var number = 0; number < People; number++)
        {
            people.Add(await portal.KeyVault.CreateIdentityAsync($"id-person-{number}"));
        }

        var vault = portal.KeyVault.VaultResourceId(RunningPortalServices.Vault);
        string[] scopes = [portal.KeyVault.SubscriptionPath, portal.KeyVault.GroupPath, vault, $"{vault}/keys/{key.Name}", $"{vault}/keys/{other.Name}"];
        var grants = Gen.Select(Gen.Int[0, BuiltInRole.All.Count - 1], Gen.Int[0, scopes.Length - 1], Gen.Int[0, People - 1]).Array[0, 4];
        var (allowed, denied) = (0, 0);

        await grants.SampleAsync(
            async drawn =>
            {
                var made = new List<string>();
                foreach (var (role, scope, person) in drawn.Distinct())
                {
                    made.Add(await portal.KeyVault.GrantAsync(people[person].PrincipalId, BuiltInRole.All[role].Id.ToString(), scopes[scope]));
                }

                var roles = await portal.Get<KeyRoles>().ReadAsync(key, None);
                foreach (var (clientId, principalId) in people)
                {
                    var mayUnwrap = await UnwrapsAsync(key, clientId);
                    Assert.Equal(mayUnwrap, UnwrapRight.Of(roles, principalId).MayUnwrap);
                    (allowed, denied) = mayUnwrap ? (allowed + 1, denied) : (allowed, denied + 1);
                }

                foreach (var assignment in made)
                {
                    await portal.KeyVault.SendAsync(HttpMethod.Delete, assignment);
                }
            },
            iter: 60,
            threads: 1);

        Assert.True(allowed > 5 && denied > 5, $"{allowed} allowed, {denied} denied: the draw says nothing.");
    }

    [Fact]
    public async Task A_role_that_could_not_be_read_is_asked_for_again_and_one_that_was_is_kept_for_a_while()
    {
        var key = await portal.NewKeyAsync();
        var (_, principalId) = await portal.KeyVault.CreateIdentityAsync("id-asked-again");
        await portal.KeyVault.GrantAsync(
            principalId, BuiltInRole.CryptoServiceReleaseUser.Id.ToString(), portal.KeyVault.VaultResourceId(RunningPortalServices.Vault));
        var (asked, silent) = (0, true);
        portal.Between = (request, send) =>
        {
            if (!request.RequestUri!.AbsolutePath.Contains(BuiltInRole.CryptoServiceReleaseUser.Id.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return send();
            }

            asked++;
            return silent ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden)) : send();
        };
        var reading = new KeyRoles(portal.Management, new RoleDefinitions(portal.Management, TimeProvider.System));

        Assert.Null(UnwrapRight.Of(await reading.ReadAsync(key, None), principalId).MayUnwrap);
        silent = false;
        Assert.False(UnwrapRight.Of(await reading.ReadAsync(key, None), principalId).MayUnwrap);
        Assert.False(UnwrapRight.Of(await reading.ReadAsync(key, None), principalId).MayUnwrap);
        portal.Between = null;

        Assert.Equal(2, asked);
    }

    private async Task<bool> UnwrapsAsync(KeyIdentifier key, string clientId)
    {
        var version = (await portal.DetailAsync(key)).Current.Id.Version;
        var path = $"/keys/{key.Name}/{version}";
        _wrapped ??= (string)(await portal.KeyVault.SendAsync(
            HttpMethod.Post, $"{path}/wrapkey", new { alg = "RSA-OAEP-256", value = Base64Url(RandomNumberGenerator.GetBytes(32)) })).Json["value"]!;
        var answer = await portal.KeyVault.SendAsync(
            HttpMethod.Post, $"{path}/unwrapkey", new { alg = "RSA-OAEP-256", value = _wrapped }, await portal.KeyVault.IdentityTokenAsync(clientId));
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Forbidden, answer.Text);
        return answer.Status == HttpStatusCode.OK;
    }

    private string? _wrapped;

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
