using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>Each fault names its field and is found before anything is made.</summary>
[StartsHosts]
public sealed class BadInputTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private const string Address = "https://kv-contoso-prod.vault.localhost:8443/keys/";
    private static readonly NewInstance Form = new("dps-good", "rg-contoso", "westeurope", true, "id-good", Address + "good");
    private static readonly NewKey KeyForm = new(RunningPortalServices.Vault, "good", 2048, null, null);

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<NewInstance, string, string> Instances => new()
    {
        { Form with { Name = "a" }, ProvisioningRefusals.InstanceNameInvalid, "Name" },
        { Form with { Name = "-starts" }, ProvisioningRefusals.InstanceNameInvalid, "Name" },
        { Form with { Name = new string('a', 51) }, ProvisioningRefusals.InstanceNameInvalid, "Name" },
        { Form with { Name = "trailing\n" }, ProvisioningRefusals.InstanceNameInvalid, "Name" },
        { Form with { ResourceGroup = "" }, ServiceRefusals.ResourceGroupInvalid, "ResourceGroup" },
        { Form with { ResourceGroup = "ends." }, ServiceRefusals.ResourceGroupInvalid, "ResourceGroup" },
        { Form with { Location = "West Europe" }, ServiceRefusals.LocationInvalid, "Location" },
        { Form with { IdentityName = null }, ProvisioningRefusals.IdentityMissing, "IdentityName" },
        { Form with { IdentityName = "a/../b" }, ServiceRefusals.IdentityNameInvalid, "IdentityName" },
        { Form with { Key = null }, ProvisioningRefusals.KeyIdentifierInvalid, "Key" },
        { Form with { Key = "http://kv-contoso-prod.vault.localhost/keys/good" }, ProvisioningRefusals.KeyIdentifierInvalid, "Key" },
        { Form with { Key = Address + "good/not-a-version" }, ProvisioningRefusals.KeyIdentifierInvalid, "Key" },
        { Form with { Key = "https://elsewhere.vault.azure.net/keys/good" }, ServiceRefusals.VaultUnknown, "Key" },
        { Form with { Key = "https://kv-contoso-prod.evil.example/keys/good" }, ServiceRefusals.VaultUnknown, "Key" },
    };

    public static TheoryData<NewKey, string, string> Keys => new()
    {
        { KeyForm with { Name = "" }, ServiceRefusals.KeyNameInvalid, "Name" },
        { KeyForm with { Name = "under_score" }, ServiceRefusals.KeyNameInvalid, "Name" },
        { KeyForm with { Name = new string('k', 128) }, ServiceRefusals.KeyNameInvalid, "Name" },
        { KeyForm with { Size = 1024 }, ServiceRefusals.KeySizeInvalid, "Size" },
        { KeyForm with { NotBefore = DateTimeOffset.MaxValue, ExpiresOn = DateTimeOffset.MaxValue }, ServiceRefusals.KeyDatesInvalid, "ExpiresOn" },
        { KeyForm with { ExpiresOn = DateTimeOffset.UnixEpoch }, ServiceRefusals.KeyExpiresInPast, "ExpiresOn" },
        { KeyForm with { Vault = "no-such-vault" }, ServiceRefusals.VaultUnknown, "Vault" },
    };

    [Fact]
    public async Task An_instance_cannot_be_made_on_the_administrators_own_identity()
    {
        var key = await portal.SharedKeyAsync();
        var own = await portal.Management.PutIdentityAsync("id-portal", None);
        portal.AdministratorClientId = own.ClientId;
        await portal.StopServicesAsync();
        await portal.StartServicesAsync();
        var form = Form with { IdentityName = "ID-portal", Key = key.ToString() };

        var check = (await portal.Instances.CheckAsync(Staff.Operator, form, None)).Refusal();
        var creation = (await portal.Instances.CreateAsync(Staff.Operator, form, None)).Refusal();
        await portal.Management.DeleteIdentityAsync("id-portal", None);

        Assert.Equal((ServiceRefusals.IdentityIsAdministrators, "IdentityName"), (check.Code, check.Field));
        Assert.Equal((ServiceRefusals.IdentityIsAdministrators, "IdentityName"), (creation.Code, creation.Field));
        Assert.Empty(await portal.Operations.ListAsync(Staff.Auditor, null, 10, None));
    }

    [Theory]
    [MemberData(nameof(Instances))]
    public async Task A_form_with_a_fault_creates_nothing_and_names_the_field(NewInstance form, string code, string field)
    {
        var checks = (await portal.Instances.CheckAsync(Staff.Operator, form, None)).Refusal();
        var creation = (await portal.Instances.CreateAsync(Staff.Operator, form, None)).Refusal();

        Assert.Equal((code, field), (checks.Code, checks.Field));
        Assert.Equal((code, field), (creation.Code, creation.Field));
        Assert.Empty(await portal.Operations.ListAsync(Staff.Auditor, null, 10, None));
        Assert.Empty(await portal.Management.ListIdentitiesAsync(None));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_key_with_a_fault_is_not_created(NewKey form, string code, string field)
    {
        var refusal = (await portal.Keys.CreateAsync(Staff.Custodian, form, None)).Refusal();

        Assert.Equal((code, field), (refusal.Code, refusal.Field));
    }
}

/// <summary>Faults that only what is there already can have.</summary>
[StartsHosts]
public sealed class ConflictTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_key_or_an_instance_is_not_made_twice()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("twice");

        var again = (
            await portal.Keys.CreateAsync(Staff.Custodian, new NewKey(RunningPortalServices.Vault, key.Name.ToUpperInvariant(), 2048, null, null), None))
            .Refusal();
        var instance = (await portal.Instances.CreateAsync(Staff.Operator, new NewInstance("twice", "rg", "westeurope", false, null, null), None)).Refusal();

        Assert.Equal((ServiceRefusals.KeyNameTaken, "Name"), (again.Code, again.Field));
        Assert.Single((await portal.DetailAsync(key)).Versions);
        Assert.Equal((ProvisioningRefusals.InstanceNameTaken, "Name"), (instance.Code, instance.Field));
    }

    [Fact]
    public async Task A_refused_attempt_at_an_enrollment_is_on_record_with_its_id()
    {
        await portal.NewInstanceAsync("refuses");
        await portal.AddGroupAsync("refuses", "line-1");

        (await portal.Enrollments.PutGroupAsync(Staff.Operator, "refuses", RunningDps.Group("line-1"), "AAAAAAAAAAA=", None)).Refusal();

        var entry = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter("refuses"), null, 10, None))
            .First(entry => entry.Result == ActivityResult.Refused);
        Assert.Equal((ActivityCodes.EnrollmentWritten, "line-1"), (entry.Code, entry.Arguments[1]));
    }

    [Fact]
    public async Task A_vault_without_purge_protection_and_a_vault_that_is_not_allowed_are_refused()
    {
        await portal.KeyVault.CreateVaultAsync("kv-contoso-pilot", purgeProtection: false);
        var form = new NewInstance("unprotected", "rg", "westeurope", true, "id-unprotected", "https://kv-contoso-pilot.vault.localhost:8443/keys/kek");

        Assert.Equal(ServiceRefusals.VaultUnknown, (await portal.Instances.CheckAsync(Staff.Operator, form, None)).Refusal().Code);
        Assert.Equal(ServiceRefusals.VaultUnknown, (await portal.Keys.GetAsync(Staff.Auditor, "kv-contoso-pilot", "kek", None)).Refusal().Code);
        portal.Options.Vaults.Add("https://kv-contoso-pilot.vault.localhost:8443/");

        Assert.Equal(ProvisioningRefusals.PurgeProtectionMissing, (await portal.Instances.CheckAsync(Staff.Operator, form, None)).Refusal().Code);
    }

    [Fact]
    public async Task A_pinned_version_that_does_not_exist_and_an_unknown_target_are_refused()
    {
        var key = await portal.NewKeyAsync();
        var missing = key.WithVersion(new string('0', 32));
        async Task<string> PreviewAsync(RevocationTarget target) => (await portal.Revocation.PreviewAsync(Staff.Custodian, target, None)).Refusal().Code;

        var checks = (
            await portal.Instances.CheckAsync(Staff.Operator, new NewInstance("pins-nothing", "rg", "westeurope", true, "id-pins", missing.ToString()), None))
            .Value().Checks;

        Assert.False(checks.AllPassed);
        Assert.Equal(ProvisioningRefusals.KeyVersionNotFound, await PreviewAsync(new RevocationTarget(RevocationMethod.DisableVersion, missing)));
        Assert.Equal(ProvisioningRefusals.KeyIdentifierInvalid, await PreviewAsync(new RevocationTarget(RevocationMethod.DisableVersion, key)));
        Assert.Equal(ProvisioningRefusals.InstanceUnknown, await PreviewAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "nobody")));
        Assert.Equal(ProvisioningRefusals.InstanceUnknown, await PreviewAsync(new RevocationTarget(RevocationMethod.RemoveRole, key)));
        Assert.Equal(
            ProvisioningRefusals.KeyVersionNotFound, (await portal.Keys.RetireVersionAsync(Staff.Custodian, missing, None)).Refusal().Code);
        Assert.Equal(
            ServiceRefusals.RevocationUnknown, (await portal.Revocation.StartRestoreAsync(Staff.Approver, Guid.NewGuid(), "Over again", None)).Refusal().Code);
    }
}
