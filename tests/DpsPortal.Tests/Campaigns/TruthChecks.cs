using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Tests.Services;

namespace DpsPortal.Tests.Campaigns;

/// <summary>Every standing claim of the pages beside a read at DPS and a request at the vault.</summary>
internal sealed partial class TruthChecks(TruthSubject subject)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Dictionary<string, bool> _served = [];
    private long _logged;

    private TruthWorld World => subject.World;

    private RunningPortalServices Portal => subject.World.Portal;

    private DateTimeOffset Now => World.Systems.DpsClock.GetUtcNow();

    public Task CheckAsync() => World.WhileNothingChangesAsync(CompareAsync);

    private async Task CompareAsync()
    {
        var overviews = new List<InstanceOverview>();
        foreach (var instance in World.Instances)
        {
            var overview = (await Portal.Instances.GetAsync(Staff.Auditor, instance.Name, None))!;
            overviews.Add(overview);
            await CheckReadsAsync(instance, overview);
            await CheckCauseAsync(instance, overview);
            await CheckDriftAsync(instance, overview);
            await CheckLogAsync(instance);
        }

        var keys = await Portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None);
        await CheckVaultAsync(keys);
        await CheckShutAsync("dashboard", keys.Keys.Where(key => key.Key.VaultName == World.VaultName).SelectMany(key => key.InUse));
        for (var key = 0; key < TruthWorld.KeyNames.Length; key++)
        {
            await CheckKeyAsync(key);
        }

        var active = await Portal.Revocation.ListActiveAsync(Staff.Auditor, None);
        await CheckActiveAsync([.. active.Where(revocation => revocation.Target.Key.VaultName == World.VaultName)]);
        await CheckAttentionAsync(overviews, keys, active);
        _logged = (await Portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(), null, 1, None)).Select(entry => entry.Sequence).FirstOrDefault();
    }

    /// <summary>What the page of an instance says of reading and writing. The claim is read first: a first read asks the vault.</summary>
    private async Task CheckReadsAsync(TruthInstance instance, InstanceOverview overview)
    {
        var status = AccessOf(overview);
        var reads = await World.ReadsAsync(instance);
        switch (TruthClaims.OfReads(status, Now))
        {
            case SaidOfReads.Unknown:
                subject.Open("access");
                break;
            case var said:
                subject.Claim(
                    reads.Read == (said is SaidOfReads.Work) && reads.Write == reads.Read,
                    $"access: {status.Access}, reads {said}, and {(reads.Read ? "they work" : "they are refused")}",
                    () => $"{instance.Name} {status.Cause} {reads}");
                break;
        }

        if (status.Access is KeyAccess.Revoked && !reads.Read)
        {
            subject.Claim(reads.Code == "403/403011", "access: revoked, and another code", () => reads.Code);
        }
    }

    /// <summary>From serving to refusing is news, whatever the reason.</summary>
    private async Task CheckLogAsync(TruthInstance instance)
    {
        var reads = await World.ReadsAsync(instance);
        if (_served.GetValueOrDefault(instance.Name) && !reads.Read)
        {
            await Portal.CaughtUpAsync();
            var newest = await Portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(instance.Name), null, 5, None);
            var said = newest.Any(entry => entry.Sequence > _logged && entry.Code is not ActivityCodes.AccessRechecked);
            subject.Claim(said, "log: reads have become refused, and it does not say so", () => $"{instance.Name} {reads}");
        }

        _served[instance.Name] = reads.Read;
    }

    /// <summary>Just after DPS has asked, the cause is what the vault answers to the same question.</summary>
    private async Task CheckCauseAsync(TruthInstance instance, InstanceOverview overview)
    {
        var status = AccessOf(overview);
        if (!subject.IsFresh)
        {
            return;
        }

        var truth = await World.UnwrapsAsync(instance);
        if (truth.Works is not { } works)
        {
            subject.Claim(
                status.Access is not (KeyAccess.Accessible or KeyAccess.Degraded), "cause: nobody answers, and it is verified", () => instance.Name);
            subject.Claim(
                status.Access is KeyAccess.Unavailable || TruthClaims.AnsweredAt(status) < Now || World.Systems.Rejects,
                "cause: of before, with the time of now", () => $"{instance.Name} {status.Access} {status.Cause}");
            return;
        }

        subject.Claim(
            works == status.Access is KeyAccess.Accessible
                or KeyAccess.Degraded, $"cause: checked now, {status.Access}, and the vault says {truth.Code}", () => $"{instance.Name} {status.Cause}");
        var right = truth.Code switch
        {
            // Whoever may read and not unwrap hears first, of a key that is gone, that it is gone: the client reads a version before it uses it.
            "ForbiddenByRbac" =>
                status.Cause is KeyAccessCause.RoleMissing || (status.Cause is KeyAccessCause.KeyNotFound && await IsGoneAsync(World.Forms(instance)[0])),
            "KeyDisabled" => status.Cause is KeyAccessCause.VersionDisabled,
            "KeyOperationForbidden" => status.Cause is KeyAccessCause.OperationNotPermitted,
            "KeyNotFound" => status.Cause is KeyAccessCause.KeyNotFound,
            "ForbiddenByFirewall" => status.Cause is KeyAccessCause.FirewallDenied,
            "VaultNotFound" => !TruthClaims.SaysAnswerMakesNoSense(status.Cause),
            _ => true,
        };
        subject.Claim(right, $"cause: {status.Cause}, and the vault says {truth.Code}", () => instance.Name);
        if (works)
        {
            var version = (await VersionsOfAsync(World.Forms(instance)[0])).FirstOrDefault(version => version.Id == World.Forms(instance)[0].ToString());
            if (version is not null)
            {
                var outside = version.Expires <= World.Vault.Clock.GetUtcNow() || World.Vault.Clock.GetUtcNow() < version.NotBefore;
                subject.Claim(
                    outside == status.Access is KeyAccess.Degraded, $"access: {status.Access}, and its version is " +
                        $"{(outside ? "outside its time" : "valid")}", () => instance.Name);
            }
        }
    }

    private async Task CheckDriftAsync(TruthInstance instance, InstanceOverview overview)
    {
        if (World.Systems.Cut.HasFlag(Cut.Portal) || overview.Drift is VersionDrift.NotKnown)
        {
            subject.Open("drift");
            return;
        }

        var configured = World.Configured(instance)!;
        var current = await World.CurrentAsync(IndexOf(configured));
        var drift = current == World.Forms(instance)[0].ToString()
            ? VersionDrift.None
            : configured.IsPinned
            ? VersionDrift.PinnedBehind
            : VersionDrift.NotPickedUp;
        subject.Claim(overview.Drift == drift, $"drift: {overview.Drift}, and it is {drift}", () => $"{instance.Name} {current}");
    }

    /// <summary>Keys that instances need do not vanish, and of a vault nothing is said that it does not do.</summary>
    private async Task CheckVaultAsync(KeyList list)
    {
        var arm = await World.Vault.GetAsync(World.VaultPath);
        var first = await World.KeyCodeAsync(0);
        var truth = World.Systems.Cut.HasFlag(Cut.Portal) ? SaidOfVault.NotAnswering
            : arm.Status is System.Net.HttpStatusCode.NotFound ? SaidOfVault.Deleted
            : first is "ForbiddenByFirewall" ? SaidOfVault.Refusing
            : SaidOfVault.Shown;
        var said = TruthClaims.OfVault(list, World.VaultName);
        if (said is SaidOfVault.Unknown)
        {
            subject.Open("vault");
        }
        else if (truth is not SaidOfVault.Shown || list.Keys.Count > 0)
        {
            subject.Claim(
                said == truth || (said is SaidOfVault.NotConfigured && await AllKeysAreGoneAsync()),
                $"vault: {said}, and it is {truth}",
                () => World.VaultName);
        }

        if (truth is SaidOfVault.Shown)
        {
            foreach (var needed in World.Instances.Select(instance => World.Configured(instance)!.Versionless).Distinct())
            {
                subject.Claim(
                    list.Keys.Any(key => key.Key == needed) || list.Absent.Any(key => key.Key == needed),
                    "keys: one that an instance needs is not in the list",
                    () => needed.ToString());
            }
        }
    }

    private async Task<bool> IsGoneAsync(KeyIdentifier key) => await World.KeyCodeAsync(IndexOf(key)) is "KeyNotFound";

    private async Task<bool> AllKeysAreGoneAsync() => await World.KeyCodeAsync(0) is "KeyNotFound" && await World.KeyCodeAsync(1) is "KeyNotFound";

    private async Task CheckKeyAsync(int key)
    {
        var code = await World.KeyCodeAsync(key);
        switch (await Portal.Keys.GetAsync(Staff.Auditor, World.VaultName, World.Key(key).Name, None))
        {
            case Outcome<KeyDetail>.Refused(var refusal) when !World.Systems.Cut.HasFlag(Cut.Portal):
                var said = TruthClaims.OfVault(refusal);
                subject.Claim(said is not SaidOfVault.NotConfigured, "key page: not configured here, and it is", () => $"{World.VaultName}: {code}");
                subject.Claim(said is not SaidOfVault.NotAnswering || code is "", "key page: did not answer, and it did", () => $"{World.VaultName}: {code}");
                break;
            case Outcome<KeyDetail>.Done(var detail):
                var versions = await World.VersionsAsync(key);
                foreach (var version in detail.Versions)
                {
                    await CheckVersionAsync(key, version, versions.FirstOrDefault(truth => truth.Id == version.Id.ToString()));
                }

                CheckDependents(detail);
                await CheckShutAsync("key page", detail.InUse);
                await CheckStatusAsync(detail);
                await CheckHistoryAsync(detail);
                break;
        }
    }

    private async Task CheckVersionAsync(int key, KeyVersion version, TruthVersion? truth)
    {
        if (truth is null)
        {
            return;
        }

        var now = World.Vault.Clock.GetUtcNow();
        var availability = !truth.Enabled
            ? KeyAvailability.Disabled
            : now < truth.NotBefore
            ? KeyAvailability.NotYetValid
            : now >= truth.Expires
            ? KeyAvailability.Expired
            : KeyAvailability.Enabled;
        subject.Claim(version.Availability == availability, $"version: {version.Availability}, and it is {availability}", () => version.Id.ToString());
        var wrapping = World.Instances.Sum(instance => World.Forms(instance).Count(form => form == version.Id));
        var use = await World.CurrentAsync(key) == truth.Id ? SaidUse.Current : wrapping > 0 ? SaidUse.Retiring : SaidUse.Unused;
        if (TruthClaims.UseOf(version) is SaidUse.Unknown)
        {
            subject.Open("use");
        }
        else
        {
            subject.Claim(TruthClaims.UseOf(version) == use, $"use: {TruthClaims.UseOf(version)}, and it is {use}", () => version.Id.ToString());
            subject.Claim(
                version.InstanceKeys == wrapping, "use: another number of instance keys", () => $"{version.Id}: {version.InstanceKeys}, not {wrapping}");
        }
    }

    private void CheckDependents(KeyDetail detail)
    {
        var said = detail.Dependents.Select(dependent => (dependent.Instance, Version: dependent.EffectiveVersion, dependent.Use, dependent.Pinned))
            .OrderBy(dependent => dependent.Instance, StringComparer.Ordinal)
            .ToList();
        var truth = World.Instances
            .Select(instance => (Instance: instance, Configured: World.Configured(instance)!, Forms: World.Forms(instance)))
            .Where(one => one.Configured.Versionless == detail.Key || one.Forms.Any(form => form.Versionless == detail.Key))
            .Select(one => one.Configured.Versionless == detail.Key
                ? (Instance: one.Instance.Name, Version: one.Forms[0], Use: WrappedKeyUse.Current, Pinned: one.Configured.IsPinned)
                : (Instance: one.Instance.Name, Version: one.Forms.First(form => form.Versionless == detail.Key), Use: WrappedKeyUse.Retiring, Pinned: false))
            .OrderBy(dependent => dependent.Instance, StringComparer.Ordinal);
        subject.Claim(said.SequenceEqual(truth), "dependents: others", () => $"{string.Join(' ', said)}, not {string.Join(' ', truth)}");
    }

    /// <summary>What a key's page begins with.</summary>
    private async Task CheckStatusAsync(KeyDetail detail)
    {
        foreach (var instance in World.Instances.Where(instance => TruthClaims.SaysRevoked(detail) && World.Configured(instance)?.Versionless == detail.Key))
        {
            subject.Claim(!(await World.ReadsAsync(instance)).Read, "key page: revoked, and it is read with", () => $"{instance.Name} {detail.Key}");
        }

        subject.Claim(
            !TruthClaims.SaysDisabledOutside(detail)
                || World.DisabledElsewhere.Contains(detail.Current.Id.ToString()), "key page: disabled outside the portal, and it was here",
                () => detail.Current.Id.ToString());
    }

    private async Task CheckHistoryAsync(KeyDetail detail)
    {
        foreach (var record in (await Portal.Rotation.HistoryAsync(Staff.Auditor, detail.Key, None)).Where(record => record.To is not null))
        {
            subject.Claim(
                subject.Blame.IsMadeHere(record.To!.ToString()) != TruthClaims.SaysMadeOutside(record),
                "rotation history: made " +
                $"{(TruthClaims.SaysMadeOutside(record) ? "outside, and it was here" : "here, and it was outside")}", () => record.To.ToString());
        }
    }

    private string IdentityOf(string principal) => World.Instances.First(instance => instance.PrincipalId == principal).IdentityName + " ";

    private static string NameOf(string role) => DpsPortal.KeyVault.Access.BuiltInRole.Find(Guid.Parse(role))?.Name ?? role;

    private Task<IReadOnlyList<TruthVersion>> VersionsOfAsync(KeyIdentifier key) => World.VersionsAsync(IndexOf(key));

    private static int IndexOf(KeyIdentifier key) => Array.IndexOf(TruthWorld.KeyNames, key.Name);

    private static KeyAccessStatus AccessOf(InstanceOverview overview) => ((InstanceEncryption.CustomerManagedKey)overview.Instance.Encryption).Access;
}
