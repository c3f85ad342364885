using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

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
            [("old", AccessFate.Loses, ImpactReason.WrappedByThisVersion), ("new", AccessFate.Keeps, ImpactReason.WrappedByAnotherVersion)],
            impact.Instances.Select(instance => (instance.Name, instance.Fate, instance.Reason)));
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
        var versions = new[] { Version(V1), Version(V2, KeyVersionUse.Current), Version(
            Key.WithVersion(new string('3', 32)), available: KeyAvailability.Disabled) };

        var planned = Compute(new RevocationTarget(RevocationMethod.DisableKey, Key), [Instance("old", V1), Instance("new", V2)], versions: versions);

        Assert.Equal([V2, V1], planned.Versions);
        Assert.All(planned.Impact.Instances, instance => Assert.Equal((AccessFate.Loses, ImpactReason.UsesThisKey), (instance.Fate, instance.Reason)));
    }

    [Fact]
    public void An_expired_version_can_still_be_disabled_because_it_still_unwraps()
    {
        var planned = Compute(
            new RevocationTarget(RevocationMethod.DisableKey, Key), [Instance("a", V1)], versions: [
                Version(V1, KeyVersionUse.Current, KeyAvailability.Expired),
            ]);

        Assert.Equal([V1], planned.Versions);
    }

    [Fact]
    public void While_an_instance_is_missing_no_operation_is_said_to_be_unaffected_and_it_has_to_be_acknowledged()
    {
        var target = new RevocationTarget(RevocationMethod.DisableKey, Key);
        var (without, with) = (Compute(target, []).Impact, Compute(target, [], missing: [new UnmatchedUse("lost", Key) { IsMissing = true }]).Impact);

        Assert.All(without.Effects, effect => Assert.Equal(EffectVerdict.NotAffected, effect.Verdict));
        Assert.Equal(EffectVerdict.MayFail, with.Effects.Single(effect => effect.Kind == AffectedOperation.ReadEnrollments).Verdict);
        Assert.Equal("lost", Assert.Single(with.Missing).Instance);
        Assert.False(without.Covers(with));
    }

    [Theory]
    [InlineData(RevocationMethod.RemoveRole)]
    [InlineData(RevocationMethod.DisableVersion)]
    [InlineData(RevocationMethod.DisableKey)]
    public void A_version_that_does_not_permit_unwrapping_leaves_its_instances_without_access_whatever_is_taken(RevocationMethod method)
    {
        var target = new RevocationTarget(method, method is RevocationMethod.DisableVersion ? V1 : Key, method is RevocationMethod.RemoveRole ? "shut" : null);

        var planned = Compute(target, [Instance("shut", V1), Instance("other", V2)], @sealed: [V1]);

        Assert.Equal((AccessFate.StaysWithout, ImpactReason.UnwrapNotPermitted), FateOf(planned, "shut"));
        Assert.NotEqual(AccessFate.StaysWithout, FateOf(planned, "other").Fate);
    }

    [Fact]
    public void Who_is_revoked_already_stays_without_and_widening_to_the_key_is_possible()
    {
        var planned = Compute(
            new RevocationTarget(RevocationMethod.DisableKey, Key),
            [Instance("gone", V1, access: KeyAccess.Revoked)],
            versions: [Version(V2, KeyVersionUse.Current), Version(V1, available: KeyAvailability.Disabled)]);

        Assert.Equal((AccessFate.StaysWithout, ImpactReason.VersionNotEnabled), FateOf(planned, "gone"));
        Assert.Equal([V2], planned.Versions);
        Assert.False(planned.Impact.IsPointless);
        Assert.Equal(EffectVerdict.FailsAlready, planned.Impact.Effects[0].Verdict);
        Assert.Equal((0, 1), (planned.Confirmed.Count, planned.AlsoAsked.Count));
    }

    [Theory]
    [InlineData(RevocationMethod.DisableKey)]
    [InlineData(RevocationMethod.DisableVersion)]
    [InlineData(RevocationMethod.RemoveRole)]
    public void Who_has_no_role_any_more_stays_without_whatever_DPS_was_told_last(RevocationMethod method)
    {
        var target = method switch
        {
            RevocationMethod.DisableVersion => new RevocationTarget(method, V1),
            RevocationMethod.RemoveRole => new RevocationTarget(method, Key, "other"),
            _ => new RevocationTarget(method, Key),
        };

        var planned = Compute(target, [Instance("bare", V1), Instance("other", V1)], [OnKey("principal-other")]);

        Assert.Equal((AccessFate.StaysWithout, ImpactReason.RoleGone), FateOf(planned, "bare"));
        Assert.Equal(AccessFate.Loses, FateOf(planned, "other").Fate);
    }

    [Theory]
    [InlineData(KeyAccess.Unavailable, AccessFate.Loses, ImpactReason.UsesThisKey)]
    [InlineData(KeyAccess.Misconfigured, AccessFate.Unknown, ImpactReason.NotUsable)]
    [InlineData(KeyAccess.Revoked, AccessFate.StaysWithout, ImpactReason.AlreadyRevoked)]
    public void Where_DPS_is_not_sure_what_the_vault_shows_decides_and_where_that_does_not_tell_it_is_unknown(
        KeyAccess access, AccessFate fate, ImpactReason reason) =>
        Assert.Equal((fate, reason), FateOf(Compute(new RevocationTarget(RevocationMethod.DisableKey, Key), [Instance("a", V1, access: access)]), "a"));

    [Theory]
    [InlineData(KeyAccess.Accessible, AccessFate.Loses, ImpactReason.UsesThisKey)]
    [InlineData(KeyAccess.Unavailable, AccessFate.Unknown, ImpactReason.RolesUnread)]
    [InlineData(KeyAccess.Revoked, AccessFate.StaysWithout, ImpactReason.AlreadyRevoked)]
    public void Without_the_roles_a_key_can_still_be_disabled_and_what_DPS_verified_decides(KeyAccess access, AccessFate fate, ImpactReason reason)
    {
        var planned = ImpactCalculator.Compute(new ImpactState(
            new RevocationTarget(RevocationMethod.DisableKey, Key), [
                Version(V1, KeyVersionUse.Current),
            ], [Instance("a", V1, access: access)], [], [], [], null, TimeSpan.FromMinutes(5), Now));

        Assert.Equal((fate, reason), FateOf(planned, "a"));
        Assert.False(planned.Impact.IsPointless);
    }

    [Fact]
    public void A_version_that_the_vault_does_not_list_is_never_said_to_be_disabled()
    {
        var elsewhere = Instance("a", Key.WithVersion(new string('9', 32)));

        Assert.Equal(
            (AccessFate.Unknown, ImpactReason.VersionUnmatched), FateOf(Compute(new RevocationTarget(RevocationMethod.DisableKey, Key), [elsewhere]), "a"));
        Assert.Equal(
            (AccessFate.Unknown, ImpactReason.VersionUnmatched), FateOf(Compute(new RevocationTarget(RevocationMethod.DisableVersion, V1), [elsewhere]), "a"));
    }

    [Fact]
    public void Whose_key_no_vault_has_is_named_as_unknown_and_may_be_what_an_emergency_is_about()
    {
        var planned = Compute(
            new RevocationTarget(RevocationMethod.DisableKey, Key), [], unmatched: [Instance("lost", V1, records: new RecordCounts(2, 0, 5))]);

        Assert.Equal((AccessFate.Unknown, ImpactReason.KeyUnmatched), FateOf(planned, "lost"));
        Assert.Equal((EffectVerdict.MayFail, new EffectScope(0, 2, 0)), (planned.Impact.Effects[0].Verdict, planned.Impact.Effects[0].Scope));
        Assert.Empty(planned.Confirmed);
    }

    [Fact]
    public void An_access_that_is_on_its_way_back_and_is_not_touched_is_unknown()
    {
        var denied = Instance("a", V2, access: KeyAccess.Revoked, cause: KeyAccessCause.RoleMissing);
        var behindAFirewall = Instance("b", V2, access: KeyAccess.Revoked, cause: KeyAccessCause.FirewallDenied);

        var planned = Compute(new RevocationTarget(RevocationMethod.DisableVersion, V1), [denied, behindAFirewall]);

        Assert.Equal((AccessFate.Unknown, ImpactReason.WayBackOpen), FateOf(planned, "a"));
        Assert.Equal((AccessFate.StaysWithout, ImpactReason.AlreadyRevoked), FateOf(planned, "b"));
        Assert.Empty(planned.AlsoAsked);
    }

    [Fact]
    public void Removing_the_role_hits_every_instance_with_that_identity_and_leaves_the_rest()
    {
        var shared = new ManagedIdentity("id-shared", "client", "principal-shared");
        Dependent[] dependents = [Instance("a", V1, identity: shared), Instance("b", V1, identity: shared), Instance("c", V1)];

        var planned = Compute(
            new RevocationTarget(RevocationMethod.RemoveRole, Key, "a"), dependents, [OnKey("principal-shared"), OnKey("principal-c")]);

        Assert.Equal(
            [("a", ImpactReason.RoleRemovedFromItsIdentity), ("b", ImpactReason.RoleRemovedFromItsIdentity), ("c", ImpactReason.KeepsItsRole)],
            planned.Impact.Instances.Select(instance => (instance.Name, instance.Reason)));
        Assert.Equal([OnKey("principal-shared").Assignment], planned.Assignments);
        Assert.Equal(["a", "b"], planned.Confirmed);
        Assert.False(planned.Impact.IsPointless);
    }

    [Theory]
    [InlineData("Microsoft.KeyVault/vaults/keys/unwrap/action", AccessFate.Keeps, ImpactReason.KeepsAWiderRole)]
    [InlineData("microsoft.keyvault/vaults/*", AccessFate.Keeps, ImpactReason.KeepsAWiderRole)]
    [InlineData("*", AccessFate.Keeps, ImpactReason.KeepsAWiderRole)]
    [InlineData("*|*/unwrap/action", AccessFate.Loses, ImpactReason.RoleRemovedFromItsIdentity)]
    [InlineData("Microsoft.KeyVault/vaults/*/read", AccessFate.Loses, ImpactReason.RoleRemovedFromItsIdentity)]
    [InlineData("", AccessFate.Loses, ImpactReason.RoleRemovedFromItsIdentity)]
    [InlineData(null, AccessFate.Unknown, ImpactReason.RoleUnread)]
    public void A_role_inherited_from_the_vault_keeps_access_when_its_data_actions_say_so(string? dataActions, AccessFate fate, ImpactReason reason)
    {
        var planned = Compute(
            new RevocationTarget(RevocationMethod.RemoveRole, Key, "a"), [Instance("a", V1)], [
                OnKey("principal-a"), Held(VaultScope, "principal-a", dataActions),
            ]);

        Assert.Equal((fate, reason), FateOf(planned, "a"));
        Assert.Equal(fate == AccessFate.Keeps, planned.Impact.IsPointless);
        Assert.Equal(fate == AccessFate.Loses ? null : new AccessRoute("a role", RouteScope.Vault, "kv"), planned.Impact.Instances[0].Route);
        Assert.Equal([OnKey("principal-a").Assignment], planned.Assignments);
    }

    [Theory]
    [InlineData("Group", "*", AccessFate.Unknown)]
    [InlineData("ForeignGroup", null, AccessFate.Unknown)]
    [InlineData("", "*", AccessFate.Unknown)]
    [InlineData("Group", "", AccessFate.Loses)]
    [InlineData("User", "*", AccessFate.Loses)]
    public void Who_is_in_a_group_is_not_known(string principalType, string? dataActions, AccessFate fate)
    {
        var others = Held("/subscriptions/s", "principal-of-others", dataActions);

        var planned = Compute(
            new RevocationTarget(RevocationMethod.RemoveRole, Key, "a"),
            [Instance("a", V1)],
            [OnKey("principal-a"), others with { Assignment = others.Assignment with { PrincipalType = principalType } }]);

        Assert.Equal(fate, FateOf(planned, "a").Fate);
        Assert.False(planned.Impact.IsPointless);
        Assert.Equal(["a"], planned.Confirmed);
    }

    [Fact]
    public void A_role_on_the_key_whose_rights_cannot_be_read_is_removed_with_the_others()
    {
        var unread = Held($"{VaultScope}/keys/kek", "principal-a", null);

        var planned = Compute(new RevocationTarget(RevocationMethod.RemoveRole, Key, "a"), [Instance("a", V1)], [OnKey("principal-a"), unread]);

        Assert.Equal([OnKey("principal-a").Assignment, unread.Assignment], planned.Assignments);
        Assert.Equal(AccessFate.Loses, FateOf(planned, "a").Fate);
    }

    [Fact]
    public void Effects_name_operation_code_and_number_by_fate()
    {
        Dependent[] dependents =
        [
            Instance("old", V1, records: new RecordCounts(3, 4, 500)),
            Instance("new", V2, records: new RecordCounts(1, 1, 9_000)),
            Instance("unsure", V1, access: KeyAccess.Misconfigured, records: new RecordCounts(0, 2, 30)),
            Instance("gone", V1, access: KeyAccess.Revoked, records: new RecordCounts(1, 0, 60)),
        ];

        var impact = Compute(new RevocationTarget(RevocationMethod.DisableVersion, V1), dependents).Impact;

        var (enrollments, registrations) = (new EffectScope(7, 2, 1), new EffectScope(500, 30, 60));
        Assert.Equal(
            [
                new OperationEffect(AffectedOperation.RegisterDevice, EffectVerdict.Fails, 503, 503011, enrollments),
                new OperationEffect(AffectedOperation.ReprovisionDevice, EffectVerdict.Fails, 503, 503011, registrations),
                new OperationEffect(AffectedOperation.ReadEnrollments, EffectVerdict.Fails, 403, 403011, enrollments),
                new OperationEffect(AffectedOperation.WriteEnrollments, EffectVerdict.Fails, 403, 403011, enrollments),
                new OperationEffect(AffectedOperation.ReadRegistrations, EffectVerdict.Fails, 403, 403011, registrations),
                new OperationEffect(AffectedOperation.TelemetryOfProvisionedDevices, EffectVerdict.NotAffected, null, null, registrations),
                new OperationEffect(AffectedOperation.ManageInstance, EffectVerdict.NotAffected, null, null, new EffectScope(1, 1, 1)),
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
            Compute(target, [Instance("a", V1)], []).Impact.Fingerprint,
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
            [Instance("old", V1, records: new RecordCounts(0, 0, registrations)), Instance(
                "new", V2, records: new RecordCounts(0, 0, registrations * registrations))]).Impact;

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
        IReadOnlyList<HeldRole>? roles = null,
        IReadOnlyList<KeyVersion>? versions = null,
        DateTimeOffset? now = null,
        IReadOnlyList<Dependent>? unmatched = null,
        IReadOnlyList<KeyIdentifier>? @sealed = null,
        IReadOnlyList<UnmatchedUse>? missing = null) =>
        ImpactCalculator.Compute(new ImpactState(
            target,
            versions ?? [Version(V2, KeyVersionUse.Current), Version(V1)],
            dependents,
            unmatched ?? [],
            missing ?? [],
            @sealed ?? [],
            roles ?? [.. dependents.Select(dependent => OnKey(dependent.Identity.PrincipalId))],
            TimeSpan.FromMinutes(5),
            now ?? Now));

    private static (AccessFate Fate, ImpactReason Reason) FateOf(PlannedRevocation planned, string name) =>
        planned.Impact.Instances.Where(instance => instance.Name == name).Select(instance => (instance.Fate, instance.Reason)).Single();

    private static Dependent Instance(
        string name,
        KeyIdentifier effective,
        KeyAccess access = KeyAccess.Accessible,
        ManagedIdentity? identity = null,
        KeyIdentifier? retiring = null,
        RecordCounts? records = null,
        long epoch = 1,
        KeyAccessCause cause = KeyAccessCause.None)
    {
        List<WrappedInstanceKey> forms = [new(effective, "RSA-OAEP-256", WrappedKeyUse.Current, Now)];
        if (retiring is not null)
        {
            forms.Add(new WrappedInstanceKey(retiring, "RSA-OAEP-256", WrappedKeyUse.Retiring, Now));
        }

        var encryption = new InstanceEncryption.CustomerManagedKey(
            Key, effective, identity ?? new ManagedIdentity($"id-{name}", $"client-{name}", $"principal-{name}"), forms,
            new KeyAccessStatus(access, cause, null, Now, Now, Now.AddMinutes(10), null, epoch));
        return new Dependent(
            new ProvisioningInstance(name, "rg", "westeurope", "0ne00000001", Now, encryption, records ?? new RecordCounts(0, 0, 1)), encryption);
    }

    private static KeyVersion Version(KeyIdentifier id, KeyVersionUse use = KeyVersionUse.Unused, KeyAvailability available = KeyAvailability.Enabled) =>
        new(id, available, use, Now, null, null, 0, []);

    private static HeldRole OnKey(string principal) => Held($"{VaultScope}/keys/kek", principal, KeyVaultRoles.Unwrap);

    /// <param name="dataActions">Of the role, then after a bar what it excepts; null when it cannot be read.</param>
    private static HeldRole Held(string scope, string principal, string? dataActions)
    {
        IReadOnlyList<string> Patterns(int part) => dataActions!.Split('|').ElementAtOrDefault(part) is { Length: > 0 } pattern ? [pattern] : [];
        var assignment = new RoleAssignment($"{scope}/ra/{principal}-{dataActions}", scope, RoleId + "a role", principal);
        return new HeldRole(
            assignment, dataActions is null ? null : new RoleDefinition(RoleId + "a role", "a role", [new RolePermission(Patterns(0), Patterns(1))]));
    }
}
