using System.Net;
using Azure;
using Azure.Core.Pipeline;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>What stands between us and a vault may answer in its place; that is never taken for the vault's word.</summary>
public sealed class ForeignAnswerTests
{
    private const string Resource = "https://management.vault.localhost";

    private readonly List<Uri> _asked = [];
    private Func<HttpResponseMessage> _answer = () => FakeVault.Answer(HttpStatusCode.OK, "{}");

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Only_ARMs_own_404_says_that_a_resource_is_gone()
    {
        _answer = () => FakeVault.Answer(HttpStatusCode.NotFound, "<html>", "text/html");
        await Assert.ThrowsAsync<RequestFailedException>(() => Arm().DeleteAsync("/resource", "1", None));

        _answer = () => FakeVault.Error(HttpStatusCode.NotFound, "ResourceNotFound");
        await Arm().DeleteAsync("/resource", "1", None);
    }

    [Fact]
    public async Task A_page_in_the_place_of_what_was_deleted_does_not_say_that_it_was()
    {
        _answer = () => FakeVault.Answer(HttpStatusCode.OK, "<html>Sign in to the network</html>", "text/html");
        Assert.False(VaultFault.Of(await Assert.ThrowsAsync<RequestFailedException>(() => Arm().DeleteAsync("/resource", "1", None)), None)!.Answered);

        _answer = () => FakeVault.Answer(HttpStatusCode.OK, """{"id":"/resource"}""");
        await Arm().DeleteAsync("/resource", "1", None);
        _answer = () => new HttpResponseMessage(HttpStatusCode.NoContent);
        await Arm().DeleteAsync("/resource", "1", None);
    }

    [Fact]
    public async Task An_id_that_names_another_host_gets_no_token()
    {
        await Assert.ThrowsAsync<RequestFailedException>(() => Arm().DeleteAsync("//elsewhere.example/resource", "1", None));

        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Only_the_vaults_own_404_says_that_a_key_does_not_exist()
    {
        var vault = new FakeVault();
        var keys = new VaultKeys(new AdministratorAccess { Credential = Credential, Transport = vault.Transport }, new AdministratorCredential(Credential));
        var key = KeyIdentifier.Create(FakeVault.Address, "no-such-key");
        Assert.Null(await keys.FindAsync(key, None));

        vault.Intercept = _ => FakeVault.Error(HttpStatusCode.NotFound, "VaultNotFound");
        await Assert.ThrowsAsync<RequestFailedException>(() => keys.FindAsync(key, None));

        vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.NotFound, "<html>", "text/html");
        await Assert.ThrowsAsync<RequestFailedException>(() => keys.FindAsync(key, None));
    }

    /// <summary>Every call, since each reads its answer by itself.</summary>
    [Theory]
    [InlineData("<html>Sign in to the network</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"value":7,"key":7,"attributes":7}""")]
    [InlineData("""{"value":[{"kid":"not an address"}],"key":{"kid":"not an address","kty":"RSA"}}""")]
    [InlineData("""{"value":[{"kid":"https://kv.vault.localhost:8443/elsewhere"}],""" +
        """ "key":{"kid":"https://kv.vault.localhost:8443/elsewhere","n":"%","kty":"RSA"},"attributes":{"exp":99999999999999999999}}""")]
    public async Task An_answer_of_success_that_is_not_the_vaults_is_a_silence(string body)
    {
        var vault = new FakeVault();
        var keys = new VaultKeys(new AdministratorAccess { Credential = Credential, Transport = vault.Transport }, new AdministratorCredential(Credential));
        var key = KeyIdentifier.Create(FakeVault.Address, "kek");
        vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.OK, body);
        using var patience = new Patience(TimeProvider.System, None);
        var calls = new Func<Task>[]
        {
            () =>
                keys.FindAsync(key, None), () =>
                    keys.GetCurrentAsync(key, None), () =>
                        keys.SetEnabledAsync(key.WithVersion(new string('1', 32)), true, None), () => keys.RotateAsync(key, None),
            () =>
                keys.FindDeletedAsync(key, None), () =>
                    keys.ListAnyAsync(FakeVault.Address, patience), () =>
                        keys.ListNamesAsync(FakeVault.Address, patience), () => keys.ListVersionsAsync(key, None),
        };

        foreach (var call in calls)
        {
            AssertSilent(await Assert.ThrowsAsync<RequestFailedException>(call));
        }

        void AssertSilent(Exception thrown) =>
            Assert.True(VaultFault.Of(thrown, None) is { Answered: false, Cause: KeyAccessCause.VaultAnswerUnusable }, thrown.ToString());
    }

    [Fact]
    public async Task A_list_that_is_null_is_an_empty_one_as_vaults_write_it()
    {
        var vault = new FakeVault();
        var keys = new VaultKeys(new AdministratorAccess { Credential = Credential, Transport = vault.Transport }, new AdministratorCredential(Credential));
        vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.OK, """{"value":null,"nextLink":null}""");
        using var patience = new Patience(TimeProvider.System, None);

        Assert.Empty(await keys.ListNamesAsync(FakeVault.Address, patience));
        Assert.Empty(await keys.ListVersionsAsync(KeyIdentifier.Create(FakeVault.Address, "kek"), None));
    }

    /// <summary>Another key's version says nothing of the one that was asked for.</summary>
    [Fact]
    public async Task An_answer_about_another_key_is_a_silence()
    {
        var vault = new FakeVault();
        var keys = new VaultKeys(new AdministratorAccess { Credential = Credential, Transport = vault.Transport }, new AdministratorCredential(Credential));
        vault.Intercept = _ =>
            FakeVault.Answer(
                HttpStatusCode.OK,
                """{"key":{"kid":"ID","kty":"RSA","n":"AQAB","e":"AQAB"},"attributes":{"enabled":true}}""".Replace(
                    "ID", $"{FakeVault.Address}keys/other/{new string('1', 32)}", StringComparison.Ordinal));

        var thrown = await Assert.ThrowsAsync<RequestFailedException>(() => keys.FindAsync(KeyIdentifier.Create(FakeVault.Address, "kek"), None));

        Assert.Equal(KeyAccessCause.VaultAnswerUnusable, VaultFault.Of(thrown, None)!.Cause);
        Assert.NotNull(await keys.FindAsync(KeyIdentifier.Create(FakeVault.Address, "other"), None));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"value":null}""")]
    [InlineData("""{"value":[{"id":"x","properties":{"roleDefinitionId":"y"}}]}""")]
    public async Task A_list_of_management_that_lacks_what_it_is_made_of_is_not_an_empty_one(string body)
    {
        _answer = () => FakeVault.Answer(HttpStatusCode.OK, body);

        var thrown = await Assert.ThrowsAsync<RequestFailedException>(
            () => Arm().ListAsync("/assignments", "1", null, ArmJson.Default.ArmPageArmRoleAssignment, None));

        Assert.Equal(KeyAccessCause.VaultAnswerUnusable, VaultFault.Of(thrown, None)!.Cause);
    }

    private static TokenFrom Credential => new(_ => Task.FromResult("token"));

    private ArmClient Arm()
    {
        var options = new PortalServicesOptions { DataDirectory = "unused", ManagementEndpoint = new Uri("https://localhost:8443"), ManagementScope = Resource +
            "/.default" };
        var access = new AdministratorAccess { Credential = Credential, Transport = new HttpClientTransport(new Handler(this)) };
        return new ArmClient(options, access, new AdministratorCredential(Credential));
    }

    private sealed class Handler(ForeignAnswerTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test._asked.Add(request.RequestUri!);
            return Task.FromResult(test._answer());
        }
    }
}
