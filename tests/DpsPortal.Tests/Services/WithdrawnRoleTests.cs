using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>A role that was taken away on purpose is not a missing one; what checks make and take back is on record.</summary>
[StartsHosts]
public sealed class WithdrawnRoleTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_check_a_creation_and_a_re_key_with_a_revoked_role_are_refused_with_the_revocation_and_make_nothing()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("cut-off", key);
        await portal.NewInstanceAsync("same-identity", await portal.NewKeyAsync(), "id-cut-off");
        var revocation = await RevokeRoleAsync("cut-off", key);
        var form = Form("on-revoked", key, "ID-CUT-OFF");

        var check = (await portal.Instances.CheckAsync(Staff.Operator, form, None)).Refusal();
        var creation = (await portal.Instances.CreateAsync(Staff.Operator, form, None)).Refusal();
        var plan = (await portal.Rekey.PlanAsync(Staff.Custodian, "same-identity", key, None)).Refusal();
        var rekey = (await portal.RekeyAsync("same-identity", key)).Refusal();

        Assert.All([check, creation, plan, rekey], refusal => Assert.Equal(ServiceRefusals.RoleIsRevoked, refusal.Code));
        Assert.Equal((nameof(NewInstance.IdentityName), nameof(NewInstance.Key)), (check.Field, plan.Field));
        Assert.Equal(
            [
                revocation.Id.ToString(), Staff.Custodian.DisplayName, revocation.StartedAt.ToString("O"), "ContractEnd: Contract has ended.",
                "id-cut-off", key.Canonical,
            ],
            check.Arguments);
        Assert.Empty(await RolesAsync(key, "id-cut-off"));
        var entry = await NewestAsync("on-revoked", ActivityCodes.CreationChecked);
        Assert.Equal((ActivityResult.Refused, Staff.Operator, ServiceRefusals.RoleIsRevoked), (entry.Result, entry.By, entry.Refusal?.Code));
        Assert.Equal(["ID-CUT-OFF", key.ToString(), ""], entry.Arguments);
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None));
        await portal.SucceedsAsync(await portal.RekeyAsync("same-identity", key));
    }

    [Theory]
    [InlineData("services.create-instance.prepare-identity.after")]
    [InlineData("services.create-instance.assign-role.before")]
    public async Task A_revoke_that_comes_between_the_start_and_the_role_stops_the_creation_and_stays(string checkpoint)
    {
        var name = $"between-{checkpoint.Length}";
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync(name, key);
        portal.Checkpoints.On = async reached =>
        {
            if (reached == checkpoint)
            {
                portal.Checkpoints.On = null;
                await RevokeRoleAsync(name, key);
            }
        };

        var operation = await portal.EndedAsync(await portal.Instances.CreateAsync(Staff.Operator, Form($"{name}-new", key, $"id-{name}"), None));

        Assert.Equal((OperationState.Failed, ServiceRefusals.RoleIsRevoked), (operation.State, operation.Failure?.Code));
        Assert.Empty(await RolesAsync(key, $"id-{name}"));
        Assert.Equal(KeyAccess.Revoked, (await portal.Instances.RecheckAsync(Staff.Operator, name, None)).Value().Access);
    }

    [Fact]
    public async Task A_revoke_that_is_under_way_counts()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("under-way", key);
        Refusal? refusal = null;
        portal.Checkpoints.On = async reached =>
        {
            if (reached == "services.revoke.remove-role-assignment.before")
            {
                portal.Checkpoints.On = null;
                refusal = (await portal.Instances.CheckAsync(Staff.Operator, Form("under-way-new", key, "id-under-way"), None)).Refusal();
            }
        };

        await RevokeRoleAsync("under-way", key);

        Assert.Equal(ServiceRefusals.RoleIsRevoked, refusal?.Code);
        Assert.Empty(await RolesAsync(key, "id-under-way"));
    }

    [Fact]
    public async Task A_role_that_was_taken_outside_the_portal_is_not_made_again_either()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("taken-outside", key);
        foreach (var role in await RolesAsync(key, "id-taken-outside"))
        {
            await portal.Management.RemoveRoleAssignmentAsync(role, None);
        }

        var refusal = (await portal.Instances.CheckAsync(Staff.Operator, Form("outside-new", key, "id-taken-outside"), None)).Refusal();

        Assert.Equal(ServiceRefusals.RoleWithdrawnElsewhere, refusal.Code);
        Assert.Equal(["id-taken-outside", key.Canonical, "taken-outside"], refusal.Arguments);
        Assert.Empty(await RolesAsync(key, "id-taken-outside"));
    }

    [Fact]
    public async Task What_a_check_made_goes_also_where_another_instance_has_the_identity_and_reads_by_another_role()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("reads-by-another", key);
        var identity = (await portal.Management.ListIdentitiesAsync(None)).Single(other => other.Name == "id-reads-by-another");
        await portal.KeyVault.GrantAsync(
            identity.PrincipalId, RunningVault.CryptoServiceEncryptionUser, portal.KeyVault.VaultResourceId(RunningPortalServices.Vault));
        await portal.Management.RemoveRoleAssignmentAsync(Assert.Single(await RolesAsync(key, identity.Name)), None);
        var form = Form("by-another-new", key, identity.Name);
        Assert.True((await portal.Instances.CheckAsync(Staff.Operator, form, None)).Value().Checks.AllPassed);
        Assert.Single(await RolesAsync(key, identity.Name));

        Assert.True((await portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None)).Value());

        Assert.Empty(await RolesAsync(key, identity.Name));
        Assert.Equal(KeyAccess.Accessible, (await portal.Instances.RecheckAsync(Staff.Operator, "reads-by-another", None)).Value().Access);
    }

    [Fact]
    public async Task A_check_is_on_record_with_what_it_made_and_so_is_what_was_taken_back_and_why()
    {
        var key = await portal.NewKeyAsync();
        var form = Form("recorded", key, "id-recorded");

        await portal.Instances.CheckAsync(Staff.Operator, form, None);
        await portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None);
        await portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None);

        (string, string, ActivityResult, Person?, string)[] expected =
        [
            ("id-recorded", ActivityCodes.IdentityMade, ActivityResult.Succeeded, Staff.Operator, "recorded"),
            (key.Canonical, ActivityCodes.RoleMade, ActivityResult.Succeeded, Staff.Operator, "id-recorded recorded"),
            ("recorded", ActivityCodes.CreationChecked, ActivityResult.Succeeded, Staff.Operator, $"id-recorded {key} "),
            (key.Canonical, ActivityCodes.RoleTakenBack, ActivityResult.Succeeded, Staff.Operator, "id-recorded GivenUp"),
            ("id-recorded", ActivityCodes.IdentityTakenBack, ActivityResult.Succeeded, Staff.Operator, "GivenUp"),
        ];
        Assert.Equal(expected, await EntriesAsync(expected.Length));
    }

    [Fact]
    public async Task What_the_portal_takes_back_at_its_next_start_is_on_record_as_its_own()
    {
        var key = await portal.NewKeyAsync();
        var form = Form("left-over", key, "id-left-over");
        await portal.Instances.CheckAsync(Staff.Operator, form, None);

        await portal.RestartAsync();

        var role = await portal.EntryAsync(key.ToString(), ActivityCodes.RoleTakenBack);
        Assert.Equal((null, ActivityResult.Succeeded, "id-left-over LeftOver"), (role.By, role.Result, string.Join(' ', role.Arguments)));
        Assert.Null((await portal.EntryAsync("id-left-over", ActivityCodes.IdentityTakenBack)).By);
        Assert.Empty(await RolesAsync(key, "id-left-over"));
    }

    [Fact]
    public async Task A_check_that_failed_says_which_and_one_that_makes_and_checks_nothing_says_nothing()
    {
        var key = await portal.NewKeyAsync();
        var version = (await portal.DetailAsync(key)).Current.Id;
        await portal.Get<VaultKeys>().SetEnabledAsync(version, false, None);
        var form = Form("fails-check", key, "id-fails-check");

        await portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None);
        Assert.Empty(await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter("fails-check"), null, 10, None));
        await portal.Instances.CheckAsync(Staff.Operator, form, None);

        var entry = await NewestAsync("fails-check", ActivityCodes.CreationChecked);
        Assert.Equal((ActivityResult.Failed, nameof(CreationCheckName.KeyEnabledAndValid)), (entry.Result, entry.Arguments[2]));
        Assert.Equal(ProvisioningRefusals.KeyDisabled, entry.Refusal?.Code);
        await portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None);
    }

    [Fact]
    public async Task A_key_that_was_revoked_as_a_whole_is_not_rotated_until_it_is_restored()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("whole-key", key);
        var current = (await portal.DetailAsync(key)).Current.Id;
        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));

        var plan = (await portal.Rotation.PlanAsync(Staff.Custodian, key, None)).Refusal();
        var start = (await portal.RotateAsync(key)).Refusal();
        var pickUp = (await portal.Rotation.StartPickupAsync(Staff.Custodian, key, None)).Refusal();

        Assert.All(
            [plan, start, pickUp], refusal => Assert.Equal((ServiceRefusals.KeyIsRevoked, revocation.Id.ToString()), (refusal.Code, refusal.Arguments[0])));
        Assert.Equal(current, Assert.Single((await portal.DetailAsync(key)).Versions).Id);
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None));
        await portal.SucceedsAsync(await portal.RotateAsync(key));
    }

    private static NewInstance Form(string name, KeyIdentifier key, string identity) => new(name, "rg-contoso", "westeurope", true, identity, key.ToString());

    private async Task<Operation> RevokeRoleAsync(string instance, KeyIdentifier key) =>
        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, instance)));

    private async Task<IReadOnlyList<RoleAssignment>> RolesAsync(KeyIdentifier key, string identity)
    {
        var principal = (await portal.Management.ListIdentitiesAsync(None)).FirstOrDefault(other => other.Name == identity)?.PrincipalId;
        return [.. (await portal.Management.ListRoleAssignmentsAsync(key, None)).Where(role => role.PrincipalId == principal && role.IsOn(key))];
    }

    private async Task<ActivityEntry> NewestAsync(string subject, string code) =>
        (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(subject), null, 20, None)).First(entry => entry.Code == code);

    private async Task<IReadOnlyList<(string, string, ActivityResult, Person?, string)>> EntriesAsync(int newest) =>
    [
        .. (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(), null, newest, None)).Reverse()
            .Select(entry => (entry.Subject, entry.Code, entry.Result, entry.By, string.Join(' ', entry.Arguments))),
    ];
}
