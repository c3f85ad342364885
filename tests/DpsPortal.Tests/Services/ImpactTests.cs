using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using Xunit;

namespace DpsPortal.Tests.Services;

/// <summary>What breaks if this key goes: a table of what was read and what follows from it.</summary>
public sealed class ImpactTests
{
    private const string RoleId = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/";
    private const string VaultScope = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly KeyIdentifier Key = KeyIdentifier.Parse("https://kv.vault.localhost:8443/keys/kek");
    private static readonly KeyIdentifier V1 = Key.WithVersion(new string('1', 32));
    private static readonly KeyIdentifier V2 = Key.WithVersion(new string('2', 32));

    [Fact]
    public void Disabling_a_version_hits_those_whose_key_it_wraps_and_no_others()
    {
        var impact = Compute(new RevocationTarget(RevocationMethod.DisableVersion, V1), [Instance("old", V1), Instance("new", V2)]).Impact;

        Assert.Equal(
            [("new", false, ImpactReason.WrappedByAnotherVersion), ("old", true, ImpactReason.WrappedByThisVersion)],
            impact.Instances.Select(instance => (instance.Name, instance.LosesAccess, instance.Reason)).Order());
        Assert.Equal([new VaultChange(VaultChangeKind.DisableVersion, V1.ToString())], impact.Vault);
    }

    [Fact]
    public void A_retiring_form_under_the_version_is_not_needed_to_read()
    {
        var switched = Instance("switched", V2, retiring: V1);

        Assert.Empty(Compute(new RevocationTarget(RevocationMethod.DisableVersion, V1), [switched]).Impact.Losing);
    }

    [Fact]
    public void Disabling_the_key_changes_every_enabled_version_the_current_one_first_and_hits_all()
    {
        var versions = new[] { Version(V1), Version(V2, KeyVersionUse.Current), Version(Key.WithVersion(new string('3', 32)), available: KeyAvailability.Disabled) };

        var planned = Compute(new RevocationTarget(RevocationMethod.DisableKey, Key), [Instance("old", V1), Instance("new", V2)], versions: versions);

        Assert.Equal([V2, V1], planned.Versions);
        Assert.All(planned.Impact.Instances, instance => Assert.Equal((true, ImpactReason.UsesThisKey), (instance.LosesAccess, instance.Reason)));
    }

    [Fact]
    public void An_expired_version_can_still_be_disabled_because_it_still_unwraps()
    {
        var planned = Compute(
            new RevocationTarget(RevocationMethod.DisableKey, Key), [Instance("a", V1)], versions: [Version(V1, KeyVersionUse.Current, KeyAvailability.Expired)]);

        Assert.Equal([V1], planned.Versions);
    }

    [Fact]
    public void Who_is_revoked_already_loses_nothing_more()
    {
        var impact = Compute(new RevocationTarget(RevocationMethod.DisableKey, Key), [Instance("gone", V1, access: KeyAccess.Revoked)]).Impact;

        Assert.Equal((false, ImpactReason.AlreadyRevoked), (impact.Instances[0].LosesAccess, impact.Instances[0].Reason));
        Assert.All(impact.Effects, effect => Assert.False(effect.Breaks));
    }

    [Fact]
    public void Removing_the_role_hits_every_instance_with_that_identity_and_leaves_the_rest()
    {
        var shared = new ManagedIdentity("id-shared", "client", "principal-shared");
        Dependent[] dependents = [Instance("a", V1, identity: shared), Instance("b", V1, identity: shared), Instance("c", V1)];

        var planned = Compute(
            new RevocationTarget(RevocationMethod.RemoveRole, Key, "a"), dependents, assignments: [OnKey("principal-shared"), OnKey("principal-c")]);

        Assert.Equal(
            [("a", ImpactReason.RoleRemovedFromItsIdentity), ("b", ImpactReason.RoleRemovedFromItsIdentity), ("c", ImpactReason.KeepsItsRole)],
            planned.Impact.Instances.Select(instance => (instance.Name, instance.Reason)));
        Assert.Equal([OnKey("principal-shared")], planned.Assignments);
        Assert.False(planned.IsPointless);
    }

    [Theory]
    [InlineData("e147488a-f6f5-4113-8e2d-b22465e65bf6", true)]
    [InlineData("14b46e9e-c2b7-41b4-b07b-48a6ebf60603", true)]
    [InlineData("01234567-0000-0000-0000-00000000cafe", true)]
    [InlineData("21090545-7ca7-4776-b22c-e363652d74d2", false)]
    public void A_role_inherited_from_the_vault_keeps_access_when_it_may_unwrap(string role, bool keeps)
    {
        var inherited = new RoleAssignment($"{VaultScope}/ra/2", VaultScope, RoleId + role, "principal-a");

        var planned = Compute(new RevocationTarget(RevocationMethod.RemoveRole, Key, "a"), [Instance("a", V1)], assignments: [OnKey("principal-a"), inherited]);

        Assert.Equal(keeps, planned.IsPointless);
        Assert.Equal(!keeps, planned.Impact.Instances[0].LosesAccess);
        Assert.Equal([OnKey("principal-a")], planned.Assignments);
    }

    [Fact]
    public void Effects_name_operation_code_and_number()
    {
        var impact = Compute(new RevocationTarget(RevocationMethod.DisableVersion, V1), [Instance("old", V1, records: new RecordCounts(3, 4, 500)), Instance("new", V2)]).Impact;

        Assert.Equal(
            [
                new OperationEffect(OperationKindAffected.RegisterDevice, true, 503, 503011, 7),
                new OperationEffect(OperationKindAffected.ReprovisionDevice, true, 503, 503011, 500),
                new OperationEffect(OperationKindAffected.ReadEnrollments, true, 403, 403011, 7),
                new OperationEffect(OperationKindAffected.WriteEnrollments, true, 403, 403011, 7),
                new OperationEffect(OperationKindAffected.ReadRegistrations, true, 403, 403011, 500),
                new OperationEffect(OperationKindAffected.TelemetryOfProvisionedDevices, false, null, null, 500),
                new OperationEffect(OperationKindAffected.ManageInstance, false, null, null, 1),
            ],
            impact.Effects);
    }

    [Fact]
    public void The_fingerprint_follows_what_matters_and_nothing_else()
    {
        var target = new RevocationTarget(RevocationMethod.DisableKey, Key);
        string Of(Dependent[] dependents, DateTimeOffset? now = null) => Compute(target, dependents, now: now).Impact.Fingerprint;
        var same = Of([Instance("a", V1)]);

        Assert.Equal(same, Of([Instance("a", V1)], Now.AddSeconds(30)));
        Assert.Equal(same, Of([Instance("a", V1, records: new RecordCounts(1, 2, 3))]));
        string[] others =
        [
            same,
            Of([Instance("a", V2)]),
            Of([Instance("b", V1)]),
            Of([Instance("a", V1), Instance("b", V1)]),
            Of([Instance("a", V1, epoch: 2)]),
            Of([Instance("a", V1, access: KeyAccess.Unavailable)]),
            Compute(target, [Instance("a", V1)], versions: [Version(V1, KeyVersionUse.Current)]).Impact.Fingerprint,
            Compute(new RevocationTarget(RevocationMethod.DisableVersion, V1), [Instance("a", V1)]).Impact.Fingerprint,
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Theory]
    [InlineData(5_000, 4_000, true)]
    [InlineData(5_000, 5_500, true)]
    [InlineData(5_000, 5_501, false)]
    [InlineData(1, 101, true)]
    [InlineData(1, 102, false)]
    public void An_acknowledgement_covers_some_more_records_and_not_many_more(long acknowledged, long now, bool covered)
    {
        RevocationImpact With(long registrations) => Compute(
            new RevocationTarget(RevocationMethod.DisableVersion, V1),
            [Instance("old", V1, records: new RecordCounts(0, 0, registrations)), Instance("new", V2, records: new RecordCounts(0, 0, registrations * registrations))]).Impact;

        Assert.Equal(covered, With(acknowledged).Covers(With(now)));
    }

    [Fact]
    public void An_acknowledgement_does_not_cover_an_instance_that_came_to_depend_on_the_key()
    {
        RevocationImpact Of(params Dependent[] dependents) => Compute(new RevocationTarget(RevocationMethod.DisableKey, Key), dependents).Impact;

        Assert.True(Of(Instance("a", V1)).Covers(Of(Instance("a", V1))));
        Assert.False(Of(Instance("a", V1)).Covers(Of(Instance("a", V1), Instance("b", V1))));
        Assert.False(Of(Instance("a", V1), Instance("b", V1)).Covers(Of(Instance("a", V1))));
    }

    private static PlannedRevocation Compute(
        RevocationTarget target,
        IReadOnlyList<Dependent> dependents,
        IReadOnlyList<RoleAssignment>? assignments = null,
        IReadOnlyList<KeyVersion>? versions = null,
        DateTimeOffset? now = null) =>
        ImpactCalculator.Compute(new ImpactState(
            target, versions ?? [Version(V2, KeyVersionUse.Current), Version(V1)], dependents, assignments ?? [], TimeSpan.FromMinutes(5), now ?? Now));

    private static Dependent Instance(
        string name,
        KeyIdentifier effective,
        KeyAccess access = KeyAccess.Accessible,
        ManagedIdentity? identity = null,
        KeyIdentifier? retiring = null,
        RecordCounts? records = null,
        long epoch = 1)
    {
        List<WrappedInstanceKey> forms = [new(effective, "RSA-OAEP-256", WrappedKeyUse.Current, Now)];
        if (retiring is not null)
        {
            forms.Add(new WrappedInstanceKey(retiring, "RSA-OAEP-256", WrappedKeyUse.Retiring, Now));
        }

        var encryption = new InstanceEncryption.CustomerManagedKey(
            Key, effective, identity ?? new ManagedIdentity($"id-{name}", $"client-{name}", $"principal-{name}"), forms,
            new KeyAccessStatus(access, KeyAccessCause.None, null, Now, Now, null, null, epoch));
        return new Dependent(
            new ProvisioningInstance(name, "rg", "westeurope", "0ne00000001", Now, encryption, records ?? new RecordCounts(0, 0, 1)), encryption);
    }

    private static KeyVersion Version(KeyIdentifier id, KeyVersionUse use = KeyVersionUse.Unused, KeyAvailability available = KeyAvailability.Enabled) =>
        new(id, available, use, Now, null, null, 0, []);

    private static RoleAssignment OnKey(string principal) =>
        new($"{VaultScope}/keys/kek/ra/{principal}", $"{VaultScope}/keys/kek", RoleId + KeyVaultRoles.CryptoServiceEncryptionUser, principal);
}
