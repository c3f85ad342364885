using DpsPortal.Features.Dashboard;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Services;

namespace DpsPortal.Tests.Campaigns;

internal sealed partial class TruthChecks
{
    /// <summary>What a revocation says is still off is off, and who it says has lost access cannot read.</summary>
    private async Task CheckActiveAsync(IReadOnlyList<ActiveRevocation> active)
    {
        foreach (var revocation in active)
        {
            var key = IndexOf(revocation.Target.Key);
            if (await World.KeyCodeAsync(key) is "" && !World.Systems.Cut.HasFlag(Cut.Portal))
            {
                var versions = await World.VersionsAsync(key);
                var roles = await World.AssignmentsAsync(World.KeyPath(key));
                foreach (var off in TruthClaims.StillOff(revocation))
                {
                    var isOff = off.Kind is DpsPortal.Services.Impact.VaultChangeKind.DisableVersion
                        ? versions.Any(version => version.Id == off.Subject && !version.Enabled)
                        : !roles.Any(role => off.Subject.StartsWith(IdentityOf(role.Principal), StringComparison.Ordinal)
                            && role.Scope == World.KeyPath(key)
                            && off.Subject.EndsWith(NameOf(role.Role), StringComparison.Ordinal));
                    subject.Claim(isOff, $"active revocation: {off.Kind} is still off, and it is not", () => off.Subject);
                }
            }

            foreach (var instance in World.Instances.Where(
                instance => TruthClaims.SaysThatAllAreShut(revocation) && World.Configured(instance)?.Versionless == revocation.Target.Key))
            {
                var reads = await World.ReadsAsync(instance);
                subject.Claim(!reads.Read, "active revocation: the whole key is off, and it is read with", () => $"{instance.Name} {revocation.Target.Key}");
            }

            await CheckServedAsync(revocation);
            foreach (var name in TruthClaims.WithoutAccess(revocation))
            {
                if (World.Instances.FirstOrDefault(instance => instance.Name == name) is { } instance)
                {
                    var reads = await World.ReadsAsync(instance);
                    subject.Claim(!reads.Read, "active revocation: lost access, and reads", () => $"{name} by {revocation.Target.Method}");
                }
            }
        }
    }

    private async Task CheckAttentionAsync(IReadOnlyList<InstanceOverview> overviews, KeyList keys, IReadOnlyList<ActiveRevocation> active)
    {
        var operations = await Portal.Operations.ListAsync(Staff.Auditor, null, 20, None);
        var items = TruthClaims.Attention(overviews, keys, operations, active, World.Vault.Clock.GetUtcNow());
        foreach (var instance in World.Instances)
        {
            var reads = await World.ReadsAsync(instance);
            var said = items.Where(item => item.Subject == instance.Name).Select(item => item.Kind).ToList();
            if (said.Contains(AttentionKind.NotVerified))
            {
                subject.Open("dashboard");
                continue;
            }

            subject.Claim(reads.Read || said.Any(kind => kind is AttentionKind.Revoked or AttentionKind.Misconfigured or AttentionKind.Unavailable),
                "dashboard: reads are refused, and it does not say so", () => instance.Name);
            subject.Claim(!reads.Read || !said.Any(kind => kind is AttentionKind.Revoked), "dashboard: revoked, and reads work", () => instance.Name);
        }

        foreach (var operation in operations.Where(operation => operation.Kind is OperationKind.Revoke or OperationKind.Restore
            && items.Any(item => item.Kind is AttentionKind.Unconfirmed && item.Address.EndsWith(operation.Id.ToString(), StringComparison.Ordinal))))
        {
            await CheckUnconfirmedAsync(operation, operations);
        }

        foreach (var operation in operations.Where(operation => operation.Kind is OperationKind.Revoke or OperationKind.Restore
            && operation.Subject.Contains(World.VaultName + '.', StringComparison.Ordinal)))
        {
            await CheckEffectAsync(operation);
        }
    }

    /// <summary>What the page of an operation says of reads, whenever it is opened.</summary>
    private async Task CheckEffectAsync(Operation operation)
    {
        foreach (var instance in Concerned(operation))
        {
            var (said, reads) = (TruthClaims.OfEffect(operation, instance.Name, Now), await World.ReadsAsync(instance));
            if (said is SaidOfReads.Unknown)
            {
                subject.Open("page");
            }
            else
            {
                subject.Claim(
                    reads.Read == (said is SaidOfReads.Work),
                    $"page of {operation.Kind}, {operation.State}: reads {said}, and {(reads.Read ? "they work" : "they are refused")}",
                    () => instance.Name);
            }
        }
    }

    private List<TruthInstance> Concerned(Operation operation) =>
    [
        .. operation.Steps.Where(step => step.Code is StepCodes.ConfirmRevoked or StepCodes.ConfirmRestored)
            .Select(step => World.Instances.FirstOrDefault(instance => instance.Name == step.Arguments[0])).OfType<TruthInstance>(),
    ];

    /// <summary>"The effect is not confirmed" is past once DPS has confirmed it, or once it was undone.</summary>
    private async Task CheckUnconfirmedAsync(Operation operation, IReadOnlyList<Operation> operations)
    {
        var concerned = Concerned(operation);
        if (concerned.Count == 0)
        {
            return;
        }

        var wanted = operation.Kind is OperationKind.Revoke ? KeyAccess.Revoked : KeyAccess.Accessible;
        var confirmed = 0;
        foreach (var instance in concerned)
        {
            confirmed += await Portal.AccessOfAsync(instance.Name) == wanted && (await World.ReadsAsync(instance)).Read == (wanted is KeyAccess.Accessible)
                ? 1
                : 0;
        }

        subject.Claim(confirmed < concerned.Count, $"dashboard: {operation.Kind} is not confirmed, and DPS has confirmed it", () => operation.Id.ToString());
        subject.Claim(
            !operations.Any(restore => restore is { Kind: OperationKind.Restore, State: OperationState.Succeeded }
                && restore.Subject == operation.Subject
                && restore.StartedAt >= operation.StartedAt
                && restore.Id.CompareTo(operation.Id) > 0)
                || operation.Kind is OperationKind.Restore,
            "dashboard: a revoke is not confirmed, and it was restored", () => operation.Id.ToString());
        CheckNotTakenAgain(operation, operations);
    }
}
