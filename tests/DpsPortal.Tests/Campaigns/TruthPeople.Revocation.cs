using DpsPortal.KeyVault.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;
using DpsPortal.Tests.Services;

namespace DpsPortal.Tests.Campaigns;

/// <summary>Revokes and restores: the impact beside who lost.</summary>
internal sealed partial class TruthPeople
{
    private RevocationTarget RoleTarget(TruthInstance instance) =>
        new(RevocationMethod.RemoveRole, (World.Configured(instance) ?? World.Key(0)).Versionless, instance.Name);

    private async Task<string> RevokeVersionAsync(int key, int which)
    {
        return await World.VersionAsync(key, which) is { } version
            ? await RevokeAsync(new RevocationTarget(RevocationMethod.DisableVersion, KeyIdentifier.Parse(version)))
            : TruthBlame.Nobody;
    }

    /// <summary>The impact, then the revoke, then who lost.</summary>
    private async Task<string> RevokeAsync(RevocationTarget target)
    {
        var preview = await Portal.Revocation.PreviewAsync(Staff.Custodian, target, None);
        if (preview is Outcome<RevocationImpact>.Refused(var refusal))
        {
            subject.Claim(
                !TruthClaims.SaysNothingToRevoke(refusal) || !await CanBeRevokedAsync(target), "impact: nothing to revoke, and there is", () => $"{target}");
            return TruthBlame.Nobody;
        }

        var impact = preview.Value();
        if (TruthClaims.SaysNothingToRevoke(impact))
        {
            subject.Claim(!await CanBeRevokedAsync(target), "impact: nothing to revoke, and there is", () => $"{target.Method} {target.Key} {target.Instance}");
        }

        var picture = await World.PictureAsync();
        var before = await World.UnwrapAllAsync();
        var started = await Portal.Revocation.StartAsync(Staff.Custodian, target, impact.Fingerprint, RevokeWhy.Test, Why, None);
        if (started is not Outcome<Guid>.Done(var id))
        {
            subject.Claim(
                !TruthClaims.SaysNothingToRevoke(started.Refusal()) || !await CanBeRevokedAsync(target),
                "revoke: nothing to revoke, and there is",
                () => $"{target.Method} {target.Key}");
            return await TryOutsideAsync(impact, before);
        }

        var ended = await subject.EndedAsync(id);
        await CheckEndAsync(ended, picture);
        NoteRoles(target, id);
        World.DisabledElsewhere.ExceptWith(impact.Vault.Select(change => change.Subject));
        var after = await World.UnwrapAllAsync();
        CheckFates(impact, before, after);
        if (target.Method is RevocationMethod.RemoveRole && TruthClaims.SaysThatOnlyOneInstanceLosesItsRole())
        {
            subject.Claim(
                World.Instances.All(instance => instance.Name == target.Instance || before[instance.Name] is not true || after[instance.Name] is not false),
                "method: only that instance loses access, and others did", () => target.Instance!);
        }

        return id.ToString();
    }

    private void NoteRoles(RevocationTarget target, Guid operation)
    {
        if (target.Method is RevocationMethod.RemoveRole && World.Instances.FirstOrDefault(instance => instance.Name == target.Instance) is { } instance)
        {
            subject.Blame.RolesChanged(instance.PrincipalId, operation.ToString());
        }
    }

    /// <summary>A revoke that the portal refuses is made at the vault, exactly as the impact names it, and put back: was it right?</summary>
    private async Task<string> TryOutsideAsync(RevocationImpact impact, Dictionary<string, bool?> before)
    {
        var versions = impact.Vault.Where(change => change.Kind is VaultChangeKind.DisableVersion).Select(change => change.Subject).ToList();
        foreach (var version in versions)
        {
            await World.SetEnabledAsync(version, false);
        }

        var roles = impact.Target.Method is RevocationMethod.RemoveRole ? await DirectAsync(impact.Target) : [];
        foreach (var role in roles)
        {
            await World.Vault.SendAsync(HttpMethod.Delete, $"{role.Id}?api-version=2022-04-01");
        }

        CheckFates(impact, before, await World.UnwrapAllAsync());
        foreach (var version in versions)
        {
            await World.SetEnabledAsync(version, true);
        }

        foreach (var role in roles)
        {
            await World.TryGrantAsync(role.Principal, role.Role, role.Scope);
        }

        return TruthBlame.Outside;
    }

    private void CheckFates(RevocationImpact impact, Dictionary<string, bool?> before, Dictionary<string, bool?> after)
    {
        if (subject.RolesAreSlow)
        {
            return;
        }

        foreach (var instance in World.Instances)
        {
            if (before[instance.Name] is not { } worked || after.GetValueOrDefault(instance.Name) is not { } works)
            {
                continue;
            }

            var affected = impact.Instances.FirstOrDefault(affected => affected.Name == instance.Name);
            var said = affected is null ? SaidFate.Keeps : TruthClaims.FateOf(affected);
            var fate = !worked ? SaidFate.StaysWithout : works ? SaidFate.Keeps : SaidFate.Loses;
            if (said is SaidFate.Unknown)
            {
                subject.Open("impact");
            }
            else if (affected is not null || fate is not SaidFate.StaysWithout)
            {
                subject.Claim(said == fate, $"impact of {impact.Target.Method}: {said}, and it was {fate}", () => $"{instance.Name} {affected?.Reason}");
            }
        }
    }

    /// <summary>Whether this method has something to change at the vault that somebody's access, or a new wrap, depends on.</summary>
    private async Task<bool> CanBeRevokedAsync(RevocationTarget target) => target.Method switch
    {
        RevocationMethod.RemoveRole => (await DirectAsync(target)).Count > 0 && World.Instances.Single(instance => instance.Name == target.Instance) is var one
            && !(await World.AssignmentsAsync(ScopeOf(target.Key)))
                .Any(other => other.Principal == one.PrincipalId && Unwraps(other.Role) && other.Scope != ScopeOf(target.Key)),
        RevocationMethod.DisableVersion =>
            (await World.VersionsAsync(IndexOf(target.Key))).Any(version => version.Id == target.Key.ToString() && version.Enabled)
            && World.Instances.Any(instance => World.Forms(instance).Contains(target.Key)),
        _ => (await World.VersionsAsync(IndexOf(target.Key))).Any(version => version.Enabled)
            && World.Instances.Any(instance => World.Configured(instance)?.Versionless == target.Key),
    };

    private async Task<List<(string Id, string Scope, string Role, string Principal)>> DirectAsync(RevocationTarget target)
    {
        var principal = World.Instances.Single(instance => instance.Name == target.Instance).PrincipalId;
        return [.. (await World.AssignmentsAsync(ScopeOf(target.Key))).Where(assignment =>
            assignment.Principal == principal && assignment.Scope == ScopeOf(target.Key) && Unwraps(assignment.Role))];
    }

    private static bool Unwraps(string role) => BuiltInRole.Find(Guid.Parse(role))?.Allows(DataActions.Unwrap) is true;

    private static int IndexOf(KeyIdentifier key) => Array.IndexOf(TruthWorld.KeyNames, key.Name);

    private string ScopeOf(KeyIdentifier key) => $"{World.VaultPath}/keys/{key.Name}";

    private async Task<string> RestoreAsync(int which)
    {
        var active = (await Portal.Revocation.ListActiveAsync(Staff.Auditor, None))
            .Where(revocation => revocation.Target.Key.VaultName == World.VaultName)
            .ToList();
        if (active.Count == 0)
        {
            return TruthBlame.Nobody;
        }

        var picture = await World.PictureAsync();
        var revocation = active[which % active.Count];
        if (await Portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Operation, "Over again", None) is not Outcome<Guid>.Done(var id))
        {
            return TruthBlame.Nobody;
        }

        var ended = await subject.EndedAsync(id);
        NoteRoles(revocation.Target, id);
        await CheckEndAsync(ended, picture);
        return id.ToString();
    }
}
