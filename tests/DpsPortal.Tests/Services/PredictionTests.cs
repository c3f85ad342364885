using CsCheck;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;
using Xunit;

namespace DpsPortal.Tests.Services;

/// <summary>The impact that was shown is what then happens, instance by instance and operation by operation.</summary>
public sealed class PredictionTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly string[] Names = ["pinned", "follows", "shares-1", "shares-2", "inherits"];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task What_the_preview_says_is_what_happens()
    {
        var key = await ArrangeAsync();

        await Gen.Select(Gen.Enum<RevocationMethod>(), Gen.Int[0, 99], Gen.Int[0, 3]).SampleAsync(
            async (method, choice, rotation) =>
            {
                if (rotation == 0)
                {
                    await portal.SucceedsAsync(await portal.RotateAsync(key));
                }

                await PredictAndCompareAsync(key, await TargetAsync(key, method, choice));
            },
            iter: 10,
            threads: 1);
    }

    private async Task PredictAndCompareAsync(KeyIdentifier key, RevocationTarget target)
    {
        var preview = await portal.Revocation.PreviewAsync(Staff.Custodian, target, None);
        var impact = preview.Value();
        var started = await portal.Revocation.StartAsync(Staff.Custodian, target, impact.Fingerprint, "A prediction to be tried.", None);
        var revoked = started is Outcome<Guid>.Done ? await portal.SucceedsAsync(started) : null;

        foreach (var instance in impact.Instances)
        {
            await portal.Instances.RecheckAsync(Staff.Operator, instance.Name, None);
            await CompareAsync(impact, instance);
        }

        var enabled = (await portal.DetailAsync(key)).Versions.Where(version => version.Availability == KeyAvailability.Enabled).Select(version => version.Id.ToString());
        Assert.DoesNotContain(impact.Vault, change => revoked is not null && change.Kind == VaultChangeKind.DisableVersion && enabled.Contains(change.Subject));
        if (revoked is not null)
        {
            await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, None));
        }
    }

    private async Task CompareAsync(RevocationImpact impact, AffectedInstance instance)
    {
        var read = (await portal.Enrollments.ReadGroupAsync(Staff.Auditor, instance.Name, "line-a", None)).Value();
        var write = await portal.Enrollments.PutGroupAsync(Staff.Operator, instance.Name, RunningDps.Group("line-a"), "\"never matches\"", None);
        var expected = impact.Effects.Single(effect => effect.Kind == OperationKindAffected.ReadEnrollments);

        if (!instance.LosesAccess)
        {
            Assert.IsType<RecordRead<EnrollmentGroup>.Found>(read);
            Assert.Equal(ProvisioningRefusals.ETagMismatch, write.Refusal().Code);
            return;
        }

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

    /// <summary>One that is pinned, one that follows, two with one identity, and one with a role on the whole vault besides.</summary>
    private async Task<KeyIdentifier> ArrangeAsync()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("pinned", (await portal.DetailAsync(key)).Current.Id);
        await portal.NewInstanceAsync("follows", key);
        await portal.NewInstanceAsync("shares-1", key, "id-shared");
        await portal.NewInstanceAsync("shares-2", key, "id-shared");
        await portal.NewInstanceAsync("inherits", key);
        foreach (var name in Names)
        {
            await portal.AddGroupAsync(name, "line-a");
        }

        var inheriting = (await portal.Management.ListIdentitiesAsync(None)).Single(identity => identity.Name == "id-inherits");
        await portal.KeyVault.GrantAsync(
            inheriting.PrincipalId, RunningVault.CryptoServiceEncryptionUser, portal.KeyVault.VaultResourceId(RunningPortalServices.Vault));
        return key;
    }
}
