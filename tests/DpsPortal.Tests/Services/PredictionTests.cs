using CsCheck;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>The impact that was shown is what then happens, instance by instance and operation by operation.</summary>
[StartsHosts]
public sealed class PredictionTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly string[] Names = ["pinned", "follows", "shares-1", "shares-2", "inherits", "manages", "bare"];

    private const string KeyVaultContributor = "f25e0fa2-a7c8-4377-a976-54943a77a395";

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task What_the_preview_says_is_what_happens()
    {
        var key = await ArrangeAsync();

        var drawn = Gen.Select(Gen.Enum<RevocationMethod>(), Gen.Int[0, 99]);
        await Gen.Select(drawn, drawn, Gen.Int[0, 3], Gen.Bool).SampleAsync(
            async (target, earlier, rotation, isWidened) =>
            {
                if (rotation == 0)
                {
                    await portal.SucceedsAsync(await portal.RotateAsync(key));
                }

                // Half of them come on top of another one that has not been restored.
                var below = isWidened ? await portal.RevokeAsync(await TargetAsync(key, earlier.Item1, earlier.Item2)) : null;
                var revoked = below is Outcome<Guid>.Done ? await portal.SucceedsAsync(below) : null;
                await PredictAndCompareAsync(key, await TargetAsync(key, target.Item1, target.Item2));
                await RestoreAsync(revoked);
            },
            iter: 12,
            threads: 1);
    }

    private async Task PredictAndCompareAsync(KeyIdentifier key, RevocationTarget target)
    {
        foreach (var name in Names)
        {
            await portal.Instances.RecheckAsync(Staff.Operator, name, None);
        }

        var preview = await portal.Revocation.PreviewAsync(Staff.Custodian, target, None);
        var impact = preview.Value();
        var started = await portal.Revocation.StartAsync(Staff.Custodian, target, impact.Fingerprint, RevokeWhy.Test, "A prediction to be tried.", None);
        var revoked = started is Outcome<Guid>.Done ? await portal.SucceedsAsync(started) : null;

        foreach (var instance in impact.Instances)
        {
            await portal.Instances.RecheckAsync(Staff.Operator, instance.Name, None);
            await CompareAsync(impact, instance);
        }

        var enabled = (await portal.DetailAsync(key)).Versions.Where(version => version.Availability == KeyAvailability.Enabled)
            .Select(version => version.Id.ToString());
        Assert.DoesNotContain(impact.Vault, change => revoked is not null && change.Kind == VaultChangeKind.DisableVersion && enabled.Contains(change.Subject));
        await RestoreAsync(revoked);
    }

    /// <summary>The one without a role does not come back, and one below still holds its own: then the restore says so.</summary>
    private async Task RestoreAsync(Operation? revoked)
    {
        if (revoked is not null)
        {
            var restored = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
            Assert.True(restored.State is OperationState.Succeeded or OperationState.Unconfirmed or OperationState.Partial, $"{restored.State}");
        }
    }

    private async Task CompareAsync(RevocationImpact impact, AffectedInstance instance)
    {
        var read = (await portal.Enrollments.ReadGroupAsync(Staff.Auditor, instance.Name, "line-a", None)).Value();
        var write = await portal.Enrollments.PutGroupAsync(Staff.Operator, instance.Name, RunningDps.Group("line-a"), "\"never matches\"", None);
        var expected = impact.Effects.Single(effect => effect.Kind == AffectedOperation.ReadEnrollments);

        if (instance.Fate is AccessFate.Keeps)
        {
            Assert.IsType<RecordRead<EnrollmentGroup>.Found>(read);
            Assert.Equal(ProvisioningRefusals.ETagMismatch, write.Refusal().Code);
            return;
        }

        // All was read, so nothing is unknown.
        Assert.True(instance.Fate is AccessFate.Loses or AccessFate.StaysWithout, $"{instance}");
        var rejected = Assert.IsType<RecordRead<EnrollmentGroup>.Rejected>(read).Read;
        Assert.Equal((expected.StatusCode, expected.ErrorCode), (rejected.StatusCode, rejected.ErrorCode));
        Assert.Equal(ProvisioningRefusals.KeyAccessRevoked, write.Refusal().Code);
        Assert.NotNull(await portal.Instances.GetAsync(Staff.Auditor, instance.Name, None));
    }

    private async Task<RevocationTarget> TargetAsync(KeyIdentifier key, RevocationMethod method, int choice)
    {
        var versions = (await portal.DetailAsync(key)).Versions;
        return method switch
        {
            RevocationMethod.DisableVersion => new RevocationTarget(method, versions[choice % versions.Count].Id),
            RevocationMethod.RemoveRole => new RevocationTarget(method, key, Names[choice % Names.Length]),
            _ => new RevocationTarget(method, key),
        };
    }

    /// <summary>
    /// One that is pinned, one that follows, two with one identity, one with a role on the whole vault besides, one with a role on the
    /// vault that opens nothing, and one whose role somebody has taken away.
    /// </summary>
    private async Task<KeyIdentifier> ArrangeAsync()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("pinned", (await portal.DetailAsync(key)).Current.Id);
        await portal.NewInstanceAsync("follows", key);
        await portal.NewInstanceAsync("shares-1", key, "id-shared");
        await portal.NewInstanceAsync("shares-2", key, "id-shared");
        await portal.NewInstanceAsync("inherits", key);
        await portal.NewInstanceAsync("manages", key);
        // Pinned, so that a rotation does not wait for it.
        await portal.NewInstanceAsync("bare", (await portal.DetailAsync(key)).Current.Id);
        foreach (var name in Names)
        {
            await portal.AddGroupAsync(name, "line-a");
        }

        var identities = (await portal.Management.ListIdentitiesAsync(None)).ToDictionary(identity => identity.Name, identity => identity.PrincipalId);
        var vault = portal.KeyVault.VaultResourceId(RunningPortalServices.Vault);
        await portal.KeyVault.GrantAsync(identities["id-inherits"], RunningVault.CryptoServiceEncryptionUser, vault);
        await portal.KeyVault.GrantAsync(identities["id-manages"], KeyVaultContributor, vault);
        var taken = (await portal.Management.ListRoleAssignmentsAsync(key, None)).Single(role => role.IsFor(identities["id-bare"]));
        await portal.Management.RemoveRoleAssignmentAsync(taken, None);
        return key;
    }
}
