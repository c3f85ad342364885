using System.Net;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>What checks of a creation prepare, where a role takes a while to be honoured: whose it is and when it goes.</summary>
[StartsHosts]
public sealed class CreationPreparationTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>, IAsyncLifetime
{
    private int _assigned;

    private static CancellationToken None => CancellationToken.None;

    public ValueTask InitializeAsync()
    {
        portal.Between = async (request, send) =>
        {
            var answer = await send();
            _assigned += request.Method == HttpMethod.Put
                && request.RequestUri!.AbsolutePath.Contains("/roleAssignments/", StringComparison.Ordinal)
                && answer.StatusCode == HttpStatusCode.Created
                ? 1
                : 0;
            return answer;
        };
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        portal.Between = null;
        await PropagateInAsync("PT0S");
    }

    [Fact]
    public async Task A_check_that_waits_for_the_role_passes_later_with_the_same_role_and_so_does_the_creation()
    {
        var form = Form("slow", await portal.NewKeyAsync());
        await PropagateInAsync("PT30M");
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);

        var red = await CheckAsync(form);
        var still = await CheckAsync(form);
        await PropagateInAsync("PT0S");
        var green = await CheckAsync(form);
        await PropagateInAsync("PT30M");
        var operation = await portal.SucceedsAsync(await portal.Instances.CreateAsync(Staff.Operator, form, None));

        Assert.False(red.Checks.AllPassed);
        Assert.InRange(red.WaitsForRoleSince!.Value, before, DateTimeOffset.UtcNow);
        Assert.Equal(red.WaitsForRoleSince, still.WaitsForRoleSince);
        Assert.Equal((true, null), (green.Checks.AllPassed, green.WaitsForRoleSince));
        Assert.Equal((form.Id, 1), (operation.Id, _assigned));
        await portal.RestartAsync();
        Assert.True(await HasIdentityAsync(form) && await HasRoleAsync(form));
    }

    [Fact]
    public async Task A_failure_for_another_reason_does_not_wait()
    {
        var key = await portal.NewKeyAsync();
        await portal.KeyVault.PatchAsync(
            $"/keys/{key.Name}/{(await portal.DetailAsync(key)).Current.Id.Version}", new { attributes = new { enabled = false } });
        var form = Form("no-wait", key);

        var found = await CheckAsync(form);

        Assert.Equal((false, null), (found.Checks.AllPassed, found.WaitsForRoleSince));
        Assert.True(await GiveUpAsync(form));
    }

    [Fact]
    public async Task What_was_prepared_stays_between_checks_and_goes_when_it_is_given_up()
    {
        var form = Form("left", await portal.NewKeyAsync());
        await CheckAsync(form);
        Assert.True(await HasIdentityAsync(form) && await HasRoleAsync(form));

        Assert.True(await GiveUpAsync(form));

        Assert.False(await HasIdentityAsync(form) || await HasRoleAsync(form));
        Assert.True(await GiveUpAsync(form));
    }

    [Fact]
    public async Task What_was_there_before_is_not_taken_back()
    {
        var form = Form("before", await portal.NewKeyAsync());
        var identity = await portal.Management.PutIdentityAsync(form.IdentityName!, None);
        await portal.Management.AssignEncryptionUserAsync(KeyIdentifier.Parse(form.Key!), identity.PrincipalId, None);
        await CheckAsync(form);

        Assert.True(await GiveUpAsync(form));

        Assert.True(await HasIdentityAsync(form) && await HasRoleAsync(form));
    }

    [Fact]
    public async Task Once_the_creation_has_begun_giving_up_takes_nothing_and_a_check_prepares_nothing()
    {
        var form = Form("running", await portal.NewKeyAsync());
        await PropagateInAsync("PT30M");
        await CheckAsync(form);
        portal.Options.RoleAttempts = int.MaxValue;
        var started = await portal.Instances.CreateAsync(Staff.Operator, form, None);

        Assert.False(await GiveUpAsync(form));
        Assert.True(await HasIdentityAsync(form) && await HasRoleAsync(form));
        Assert.Equal(
            ServiceRefusals.OperationInProgress,
            (await portal.Instances.CheckAsync(Staff.Operator, form with { IdentityName = "id-another" }, None)).Refusal().Code);
        Assert.Equal(form.Id, (await portal.Instances.CreateAsync(Staff.Operator, form, None)).Value());
        await PropagateInAsync("PT0S");
        await portal.SucceedsAsync(started);

        Assert.False(await GiveUpAsync(form));
        Assert.True(await HasIdentityAsync(form) && await HasRoleAsync(form));
        Assert.Equal(1, _assigned);
        portal.Options.RoleAttempts = 4;
    }

    [Fact]
    public async Task A_creation_that_fails_takes_back_what_its_checks_had_made()
    {
        var form = Form("fails", await portal.NewKeyAsync());
        await PropagateInAsync("PT30M");
        await CheckAsync(form);

        var operation = await portal.EndedAsync(await portal.Instances.CreateAsync(Staff.Operator, form, None));

        Assert.Equal((OperationState.Failed, ProvisioningRefusals.AccessDenied), (operation.State, operation.Failure?.Code));
        Assert.False(await HasIdentityAsync(form) || await HasRoleAsync(form));
    }

    [Fact]
    public async Task Of_two_who_prepare_the_same_the_first_to_leave_takes_nothing_from_the_other()
    {
        var first = Form("first", await portal.NewKeyAsync());
        var second = first with { Name = "second", Id = Guid.CreateVersion7(), IdentityName = first.IdentityName!.ToUpperInvariant() };
        await CheckAsync(first);
        await CheckAsync(second);

        await GiveUpAsync(first);
        Assert.True(await HasIdentityAsync(first) && await HasRoleAsync(first));
        await GiveUpAsync(second);

        Assert.False(await HasIdentityAsync(first) || await HasRoleAsync(first));
        Assert.Equal(1, _assigned);
    }

    [Fact]
    public async Task A_creation_keeps_what_another_one_had_prepared_when_that_is_given_up()
    {
        var left = Form("given-up", await portal.NewKeyAsync());
        var made = left with { Name = "built-on-it", Id = Guid.CreateVersion7() };
        await CheckAsync(left);
        await portal.SucceedsAsync(await portal.Instances.CreateAsync(Staff.Operator, made, None));

        await GiveUpAsync(left);

        Assert.True(await HasIdentityAsync(made) && await HasRoleAsync(made));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_prepared_for_a_former_key_or_identity_is_taken_back_by_the_next_check_or_the_creation(bool checks)
    {
        var former = Form($"former-{checks}".ToLowerInvariant(), await portal.NewKeyAsync());
        var otherKey = former with { Key = (await portal.NewKeyAsync()).ToString() };
        var other = otherKey with { IdentityName = former.IdentityName + "-2" };
        await CheckAsync(former);

        await CheckAsync(otherKey);
        Assert.Equal((false, true, true), (await HasRoleAsync(former), await HasRoleAsync(otherKey), await HasIdentityAsync(former)));
        if (checks)
        {
            await CheckAsync(other);
        }

        await portal.SucceedsAsync(await portal.Instances.CreateAsync(Staff.Operator, other, None));

        Assert.False(await HasIdentityAsync(former));
        Assert.True(await HasIdentityAsync(other) && await HasRoleAsync(other));
    }

    [Fact]
    public async Task A_change_to_a_Microsoft_managed_key_takes_back_all_of_it()
    {
        var former = Form("changed-mind", await portal.NewKeyAsync());
        await CheckAsync(former);

        Assert.True((await CheckAsync(former with { CustomerManaged = false, IdentityName = null, Key = null })).Checks.AllPassed);

        Assert.False(await HasIdentityAsync(former) || await HasRoleAsync(former));
    }

    private static NewInstance Form(string name, KeyIdentifier key) => new(name, "rg-contoso", "westeurope", true, $"id-{name}", key.ToString());

    private async Task<Rehearsal> CheckAsync(NewInstance form) => (await portal.Instances.CheckAsync(Staff.Operator, form, None)).Value();

    private async Task<bool> GiveUpAsync(NewInstance form) => (await portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None)).Value();

    private async Task<bool> HasIdentityAsync(NewInstance form) =>
        (await portal.Management.ListIdentitiesAsync(None)).Any(identity => identity.Name.Equals(form.IdentityName, StringComparison.OrdinalIgnoreCase));

    private async Task<bool> HasRoleAsync(NewInstance form)
    {
        var key = KeyIdentifier.Parse(form.Key!);
        return (await portal.Management.ListRoleAssignmentsAsync(key, None)).Any(assignment => assignment.IsOn(key));
    }

    private async Task PropagateInAsync(string delay) => Assert.Equal(
        HttpStatusCode.OK,
        (await portal.KeyVault.SendAsync(
            HttpMethod.Patch, $"{portal.KeyVault.SubscriptionPath}/providers/DpsPortal.KeyVault/settings/default",
            new { properties = new { rolePropagationDelay = delay } })).Status);
}
