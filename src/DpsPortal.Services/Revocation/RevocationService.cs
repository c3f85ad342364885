using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Revocation;

internal sealed class RevocationService(
    ImpactReader impacts,
    IssuedImpacts issued,
    ActiveRevocations active,
    OperationEngine engine,
    OperationStore operations,
    Guard guard) : IRevocationService
{
    private const int ShortestReason = 5;
    private const int LongestReason = 500;

    public Task<Outcome<RevocationImpact>> PreviewAsync(Person person, RevocationTarget target, CancellationToken cancellationToken) =>
        guard.RunAsync<RevocationImpact>(
            person,
            Permission.View,
            null,
            target.Key.Subject(),
            async () => await impacts.ReadAsync(person.AsCaller(), target, cancellationToken) switch
            {
                Outcome<PlannedRevocation>.Refused refused => refused.Refusal,
                Outcome<PlannedRevocation>.Done { Value: { Impact: { Vault.Count: 0 } } } => new Refusal(ServiceRefusals.NothingToRevoke),
                Outcome<PlannedRevocation>.Done { Value: var planned } => Issue(planned.Impact),
                _ => throw new InvalidOperationException("An outcome is done or refused."),
            },
            cancellationToken);

    public Task<Outcome<Guid>> StartAsync(
        Person person, RevocationTarget target, string acknowledged, string reason, CancellationToken cancellationToken) => guard.RunAsync<Guid>(
        person,
        Permission.RevokeKeyAccess,
        ActivityCodes.Revocation,
        target.Key.Subject(),
        async () =>
        {
            if (reason.Trim().Length is < ShortestReason or > LongestReason)
            {
                return new Refusal(ServiceRefusals.ReasonMissing, nameof(reason), $"{ShortestReason}", $"{LongestReason}");
            }

            if (issued.Find(acknowledged) is not { } shown)
            {
                return new Refusal(ServiceRefusals.ImpactTooOld, null, $"{RevocationImpact.ValidFor.TotalSeconds}");
            }

            return await engine.BeginAsync(
                target.Key.Hold(),
                target.Key.Subject(),
                async () => await impacts.ReadAsync(person.AsCaller(), target, cancellationToken) switch
                {
                    Outcome<PlannedRevocation>.Refused refused => refused.Refusal,
                    Outcome<PlannedRevocation>.Done { Value: var planned } when !shown.Covers(planned.Impact) => new Refusal(ServiceRefusals.ImpactChanged),
                    Outcome<PlannedRevocation>.Done { Value: { IsPointless: true } } => new Refusal(ServiceRefusals.NothingToRevoke),
                    Outcome<PlannedRevocation>.Done { Value: var planned } => OperationOf(person, planned, reason.Trim()),
                    _ => throw new InvalidOperationException("An outcome is done or refused."),
                },
                cancellationToken);
        },
        cancellationToken);

    public Task<Outcome<Guid>> StartRestoreAsync(Person person, Guid revocation, CancellationToken cancellationToken) => guard.RunAsync<Guid>(
        person,
        Permission.RestoreKeyAccess,
        ActivityCodes.Restoration,
        revocation.ToString(),
        async () =>
        {
            if (await operations.FindAsync(revocation, cancellationToken) is not { Kind: OperationKind.Revoke } run)
            {
                return new Refusal(ServiceRefusals.RevocationUnknown, null, revocation.ToString());
            }

            var key = run.Intent<RevokeIntent>().Target.Key;
            return await engine.BeginAsync(
                key.Hold(), key.Subject(), () => PrepareRestoreAsync(person, revocation, cancellationToken), cancellationToken);
        },
        cancellationToken);

    public async Task<IReadOnlyList<ActiveRevocation>> ListActiveAsync(Person person, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken);
        return [.. (await active.ListAsync(cancellationToken)).Select(ActiveRevocations.ToContract)];
    }

    private RevocationImpact Issue(RevocationImpact impact)
    {
        issued.Issue(impact);
        return impact;
    }

    private static NewOperation OperationOf(Person person, PlannedRevocation planned, string reason)
    {
        var target = planned.Impact.Target;
        var intent = new RevokeIntent(
            target, planned.Versions, planned.Assignments, planned.Identity, [.. planned.Impact.Losing.Select(instance => instance.Name)]);
        return new NewOperation(OperationKind.Revoke, target.Key.Subject(), target.Key.Hold(), person, intent, reason);
    }

    private async Task<Outcome<NewOperation>> PrepareRestoreAsync(Person person, Guid revocation, CancellationToken cancellationToken)
    {
        if (await operations.FindAsync(revocation, cancellationToken) is not { } run || !RevokeProcedure.HasChanged(run))
        {
            return new Refusal(ServiceRefusals.RevocationUnknown, null, revocation.ToString());
        }

        if ((await active.ListAsync(cancellationToken)).All(other => other.Id != revocation))
        {
            return new Refusal(ServiceRefusals.AlreadyRestored);
        }

        var (target, versions, assignments, identity, instances) = ActiveRevocations.ChangedBy(run);
        var intent = new RestoreIntent(revocation, target, versions, assignments, identity, instances);
        return new NewOperation(OperationKind.Restore, target.Key.Subject(), target.Key.Hold(), person, intent, Restores: revocation);
    }
}
