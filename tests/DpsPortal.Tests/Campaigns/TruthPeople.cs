using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Tests.Provisioning;
using DpsPortal.Tests.Services;

namespace DpsPortal.Tests.Campaigns;

/// <summary>What people do in the portal. What it said before is compared with what then happened.</summary>
internal sealed partial class TruthPeople(TruthSubject subject)
{
    private const string Why = "A claim to be tried.";
    private static readonly CancellationToken None = CancellationToken.None;

    private TruthWorld World => subject.World;

    private RunningPortalServices Portal => subject.World.Portal;

    /// <returns>Whom a change of access is due to.</returns>
    public Task<string> TakeAsync(TruthStep step)
    {
        if (World.Systems.Cut.HasFlag(Cut.Portal) && step.What is not TruthHappening.Recheck)
        {
            // It would wait for the vault.
            return Task.FromResult(TruthBlame.Nobody);
        }

        return step.What switch
        {
            TruthHappening.CreateKey => CreateKeyAsync(),
            TruthHappening.CreateInstance => CreateInstanceAsync(step.A),
            TruthHappening.CheckAndGiveUp => CheckAndGiveUpAsync(step.A, step.B),
            TruthHappening.Rotate => RotateAsync(step.A),
            TruthHappening.PickUp => PickUpAsync(step.A),
            TruthHappening.Retire => RetireAsync(step.A, step.B),
            TruthHappening.Enable => EnableAsync(step.A, step.B),
            TruthHappening.RevokeRole => RevokeAsync(RoleTarget(subject.Instance(step.A))),
            TruthHappening.RevokeVersion => RevokeVersionAsync(step.A, step.B),
            TruthHappening.RevokeKey => RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, World.Key(step.A))),
            TruthHappening.Restore => RestoreAsync(step.A),
            TruthHappening.Rekey => RekeyAsync(step.A, step.B),
            TruthHappening.Reencrypt => ReencryptAsync(step.A),
            TruthHappening.Recheck => RecheckAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(step)),
        };
    }

    private async Task<string> CreateKeyAsync()
    {
        await Portal.Keys.CreateAsync(Staff.Custodian, new NewKey(World.VaultName, $"kek-{World.Steps.Count}", 2048, null, null), None);
        return TruthBlame.Nobody;
    }

    /// <summary>Where every check passed, the creation must succeed.</summary>
    private async Task<string> CreateInstanceAsync(int which)
    {
        if (World.Instances.Count > 3)
        {
            return TruthBlame.Nobody;
        }

        var name = $"{World.Instances[0].Name}-{World.Steps.Count}";
        var form = new NewInstance(name, "rg-contoso", "westeurope", true, $"id-{name}", World.Key(which).ToString());
        if (await Portal.Instances.CheckAsync(Staff.Operator, form, None) is not Outcome<Rehearsal>.Done(var rehearsal))
        {
            return TruthBlame.Nobody;
        }

        if (await Portal.Instances.CreateAsync(Staff.Operator, form, None) is Outcome<Guid>.Done(var id))
        {
            var ended = await subject.EndedAsync(id);
            subject.Claim(
                !rehearsal.Checks.AllPassed || ended.State == OperationState.Succeeded || !subject.IsCalm,
                "creation: every check passed, and it failed", () => $"{name}: {TruthSubject.Of(ended.Failure)}");
            if (ended.State == OperationState.Succeeded)
            {
                await Portal.Dps.Enrollments.PutGroupAsync(RunningDps.Tester, name, RunningDps.Group(TruthWorld.Known), null, None);
                var identity = (await Portal.EncryptionOfAsync(name)).Identity;
                World.Add(new TruthInstance(name, identity.Name, identity.ClientId, identity.PrincipalId));
            }
        }
        else
        {
            await Portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None);
        }

        return TruthBlame.Nobody;
    }

    /// <summary>"If you leave, both are removed again", and nothing else has changed.</summary>
    private async Task<string> CheckAndGiveUpAsync(int which, int key)
    {
        var before = await World.PictureAsync();
        var identity = subject.Instance(which).IdentityName;
        var form = new NewInstance($"{World.Instances[0].Name}-never", "rg-contoso", "westeurope", true, identity, World.Key(key).ToString());
        await Portal.Instances.CheckAsync(Staff.Operator, form, None);
        if (await Portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None) is Outcome<bool>.Done(true))
        {
            var after = await World.PictureAsync();
            subject.Claim(before == after, "checks: left, and something stays changed", () => Difference(before, after));
        }

        return "a check";
    }

    private async Task<string> RotateAsync(int which)
    {
        var key = World.Key(which);
        if (await Portal.Rotation.PlanAsync(Staff.Auditor, key, None) is not Outcome<RotationPlan>.Done(var plan))
        {
            return TruthBlame.Nobody;
        }

        var before = await World.PictureAsync();
        return await Portal.Rotation.StartAsync(Staff.Custodian, key, plan.Current.Id.Version!, None) is Outcome<Guid>.Done(var id)
            ? await RewrappedAsync(which, plan, before, id)
            : TruthBlame.Nobody;
    }

    private async Task<string> PickUpAsync(int which)
    {
        var key = World.Key(which);
        if (await Portal.Rotation.PlanAsync(Staff.Auditor, key, None) is not Outcome<RotationPlan>.Done(var plan))
        {
            return TruthBlame.Nobody;
        }

        var before = await World.PictureAsync();
        return await Portal.Rotation.StartPickupAsync(Staff.Custodian, key, None) is Outcome<Guid>.Done(var id)
            ? await RewrappedAsync(which, plan, before, id)
            : TruthBlame.Nobody;
    }

    /// <summary>Who follows is re-wrapped, who is pinned stays, and a failure that "was taken back" left nothing.</summary>
    private async Task<string> RewrappedAsync(int which, RotationPlan plan, string before, Guid id)
    {
        var effective = World.Instances.ToDictionary(instance => instance.Name, instance => World.Forms(instance)[0]);
        var ended = await subject.EndedAsync(id);
        await CheckEndAsync(ended, before);
        if (await World.CurrentAsync(which) is not { } current)
        {
            return id.ToString();
        }

        if (ended.Kind is OperationKind.Rotate)
        {
            subject.Blame.MadeHere(current);
        }

        foreach (var dependent in plan.Following.Where(_ => World.Systems is { Cut: Cut.None, Rejects: false }))
        {
            // What DPS has not noticed yet is another matter than what it knows and the plan does not.
            var noticed = subject.Blame.Unwraps.GetValueOrDefault(dependent.Instance) ? "" : ", which had lost access unnoticed";
            subject.Claim(FormsOf(dependent.Instance) is [var only] && only.ToString() == current, $"rotation plan: follows, and does not{noticed}",
                () => $"{dependent.Instance}: {TruthSubject.Of(ended.Failure)}");
        }

        foreach (var _ in plan.Doubtful)
        {
            subject.Open("rotation");
        }

        foreach (var dependent in plan.Blocked)
        {
            subject.Claim(FormsOf(dependent.Instance)[0].ToString() != current || effective.GetValueOrDefault(dependent.Instance)?.ToString() == current,
                "rotation plan: blocked, and follows", () => dependent.Instance);
        }

        return id.ToString();
    }

    private async Task<string> RetireAsync(int key, int which)
    {
        if (await DetailAsync(key) is not { } detail)
        {
            return TruthBlame.Nobody;
        }

        var version = detail.Versions[which % detail.Versions.Count];
        var before = await World.UnwrapAllAsync();
        var outcome = await Portal.Keys.RetireVersionAsync(Staff.Custodian, version.Id, None);
        var after = await World.UnwrapAllAsync();
        subject.Claim(
            World.Instances.All(instance => before[instance.Name] is not true || after[instance.Name] is not false || outcome is not Outcome<KeyDetail>.Done),
            "retire: done, and somebody lost access", () => version.Id.ToString());
        subject.Claim(
            outcome is not Outcome<KeyDetail>.Refused { Refusal.Code: ServiceRefusals.VersionStillWraps } || TruthClaims.UseOf(version) is not SaidUse.Unused,
            "use: safe to disable, and still wraps", () => version.Id.ToString());
        return "a retirement";
    }

    private async Task<string> EnableAsync(int key, int which)
    {
        if (await DetailAsync(key) is { } detail
            && detail.Versions.Where(version => version.Availability is KeyAvailability.Disabled).ToList() is { Count: > 0 } disabled)
        {
            var version = disabled[which % disabled.Count];
            var outcome = await Portal.Keys.EnableVersionAsync(Staff.Custodian, version.Id, None);
            if (outcome is Outcome<KeyDetail>.Refused { Refusal: { Code: ServiceRefusals.VersionIsRevoked, Arguments: [var by] } })
            {
                // Then that revocation can be restored, and gives this back.
                var active = await Portal.Revocation.ListActiveAsync(Staff.Auditor, None);
                subject.Claim(active.Any(
                    revocation => revocation.Operation.ToString() == by && TruthClaims.StillOff(revocation).Any(off => off.Subject == version.Id.ToString())),
                    "enable: refused for a revocation that does not hold it", () => version.Id.ToString());
                subject.Claim(
                    !World.DisabledElsewhere.Contains(version.Id.ToString()),
                    "enable: refused for a revocation, and it was disabled by others",
                    () => version.Id.ToString());
            }
        }

        return "an enabling";
    }

    /// <summary>What was to come of it is what comes of it.</summary>
    private async Task<string> RekeyAsync(int which, int to)
    {
        var instance = subject.Instance(which);
        var current = await World.CurrentAsync(to);
        var pinned = (to == TruthStep.PinnedToOlder ? (await World.VersionsAsync(to)).FirstOrDefault(version => version.Id != current)?.Id : null)
            ?? (to % 3 == 0 ? current : null);
        var key = pinned is null ? World.Key(to) : KeyIdentifier.Parse(pinned);
        if (await Portal.Rekey.PlanAsync(Staff.Auditor, instance.Name, key, None) is not Outcome<RekeyPlan>.Done(var plan))
        {
            return TruthBlame.Nobody;
        }

        var others = World.Instances.Where(other => other != instance && World.Forms(other).Any(form =>
            form.Versionless == plan.From.Versionless && (plan.ChangesKey || form == plan.From))).Select(other => other.Name).Order(StringComparer.Ordinal);
        subject.Claim(
            others.SequenceEqual(plan.LeftBehind.Order(StringComparer.Ordinal)),
            "re-key plan: left behind are others",
            () => $"{string.Join(',', plan.LeftBehind)}, not {string.Join(',', others)}");
        var picture = await World.PictureAsync();
        var started = await Portal.Rekey.StartAsync(Staff.Custodian, instance.Name, key, plan.From, "To another key", None);
        if (started is not Outcome<Guid>.Done(var id))
        {
            return TruthBlame.Nobody;
        }

        var ended = await subject.EndedAsync(id);
        await CheckEndAsync(ended, picture);
        if (subject.IsCalm)
        {
            var noticed = subject.Blame.Unwraps.GetValueOrDefault(instance.Name) ? "" : ", and had lost access unnoticed";
            subject.Claim(
                FormsOf(instance.Name) is [var only] && only == plan.To.Id,
                $"re-key plan: will move, and does not{noticed}",
                () => $"{instance.Name}: {TruthSubject.Of(ended.Failure)}");
        }

        return id.ToString();
    }

    private async Task<string> ReencryptAsync(int which)
    {
        await Portal.Reencryption.StartAsync(Staff.Custodian, subject.Instance(which).Name, "Keys may have leaked", None);
        return TruthBlame.Nobody;
    }

    private async Task<string> RecheckAsync()
    {
        await subject.PassAsync(TimeSpan.FromSeconds(7));
        foreach (var instance in World.Instances)
        {
            await Portal.Instances.RecheckAsync(Staff.Operator, instance.Name, None);
        }

        subject.IsFresh = true;
        return TruthBlame.Nobody;
    }

    /// <summary>What the page of an operation that has ended says.</summary>
    private async Task CheckEndAsync(Operation operation, string before)
    {
        var after = await World.PictureAsync();
        switch (TruthClaims.OfEnd(operation))
        {
            case SaidOfEnd.NothingLeft:
                subject.Claim(
                    before == after,
                    $"end of {operation.Kind}: taken back, and something stays changed",
                    () => $"{TruthSubject.Of(operation.Failure)} {Difference(before, after)}");
                break;
            case SaidOfEnd.NotConfirmed when operation.Kind is OperationKind.Revoke or OperationKind.Restore:
                subject.Claim(before != after, $"end of {operation.Kind}: changed at the vault, and nothing is", () => TruthSubject.Of(operation.Failure));
                break;
            case SaidOfEnd.Done when operation.Kind is OperationKind.Revoke or OperationKind.Restore:
                foreach (var step in operation.Steps.Where(step => step.Code is StepCodes.ConfirmRevoked or StepCodes.ConfirmRestored))
                {
                    if (World.Instances.FirstOrDefault(instance => instance.Name == step.Arguments[0]) is { } instance)
                    {
                        var reads = await World.ReadsAsync(instance);
                        subject.Claim(
                            reads.Read == step.Code is StepCodes.ConfirmRestored,
                            $"end of {operation.Kind}: confirmed, and reads say otherwise",
                            () => $"{instance.Name} {reads}");
                    }
                }

                break;
        }
    }

    private IReadOnlyList<KeyIdentifier> FormsOf(string name) =>
        World.Instances.FirstOrDefault(instance => instance.Name == name) is { } found ? World.Forms(found) : [];

    private async Task<KeyDetail?> DetailAsync(int key) =>
        (await Portal.Keys.GetAsync(Staff.Auditor, World.VaultName, World.Key(key).Name, None) as Outcome<KeyDetail>.Done)?.Value;

    private static string Difference(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        return $"gone: {string.Join(' ', old.Except(now))}; new: {string.Join(' ', now.Except(old))}";
    }
}
