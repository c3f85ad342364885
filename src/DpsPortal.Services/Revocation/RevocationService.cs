using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

internal sealed class RevocationService(
    ImpactReader impacts,
    IssuedImpacts issued,
    ActiveRevocations active,
    RevocationStandings standings,
    IProvisioningInstances instances,
    OperationEngine engine,
    OperationStore operations,
    Guard guard) : IRevocationService
{
    public Task<Outcome<RevocationImpact>> PreviewAsync(Person person, RevocationTarget target, CancellationToken cancellationToken) =>
        guard.RunAsync<RevocationImpact>(
            person,
            Permission.View,
            null,
            target.Key.Subject(),
            async () =>
                (await impacts.ReadAsync(person.AsCaller(), target, cancellationToken).ConfigureAwait(false))
                    .Then<RevocationImpact>(planned => issued.Issue(planned.Impact)),
            cancellationToken);

    public Task<Outcome<Guid>> StartAsync(
        Person person, RevocationTarget target, string acknowledged, RevokeWhy why, string reason, CancellationToken cancellationToken) => guard.RunAsync<Guid>(
        person,
        Permission.RevokeKeyAccess,
        ActivityCodes.Revocation,
        target.Key.Subject(),
        async () =>
        {
            if (ReasonBounds.FaultOf(reason) is { } fault)
            {
                return fault;
            }

            if (issued.Find(acknowledged) is not { } shown)
            {
                return new Refusal(ServiceRefusals.ImpactTooOld, null, $"{RevocationImpact.ValidFor.TotalSeconds}");
            }

            return await engine.BeginAsync(
                target.Key.Hold(),
                target.Key.Subject(),
                async () => await (await impacts.ReadAsync(person.AsCaller(), target, cancellationToken).ConfigureAwait(false)).ThenAsync<NewOperation>(
                    async planned => !shown.Covers(planned.Impact) ? new Refusal(ServiceRefusals.ImpactChanged)
                        : planned.Impact.IsPointless ? new Refusal(ServiceRefusals.NothingToRevoke)
                        : OperationOf(person, planned, await AlsoOffAsync(planned, cancellationToken).ConfigureAwait(false), why, reason.Trim()))
                            .ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    public async Task<Outcome<Guid>> StartRestoreAsync(
        Person person, Guid revocation, string reason, CancellationToken cancellationToken) => await guard.RunAsync<Guid>(
        person,
        Permission.RestoreKeyAccess,
        ActivityCodes.Restoration,
        await NameOfAsync(revocation, cancellationToken).ConfigureAwait(false),
        async () =>
        {
            if (ReasonBounds.FaultOf(reason) is { } fault)
            {
                return fault;
            }

            var found = await operations.FindAsync(revocation, cancellationToken).ConfigureAwait(false);
            if (found is { IsDamaged: true })
            {
                return RevocationRefusals.Unreadable(found);
            }

            if (found is not { Kind: OperationKind.Revoke } run)
            {
                return new Refusal(ServiceRefusals.RevocationUnknown, null, revocation.ToString());
            }

            var key = run.Intent<RevokeIntent>().Target.Key;
            return await engine.BeginAsync(
                key.Hold(), key.Subject(), () => PrepareRestoreAsync(person, revocation, reason.Trim(), cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
        },
        cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<ActiveRevocation>> ListActiveAsync(Person person, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        return await standings.ListAsync(person.AsCaller(), null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A refusal is found under the key, where people look for it.</summary>
    private async Task<string> NameOfAsync(Guid revocation, CancellationToken cancellationToken)
    {
        try
        {
            return await operations.FindAsync(revocation, cancellationToken).ConfigureAwait(false) is { IsDamaged: false, Subject: var key }
                ? key
                : revocation.ToString();
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is not null)
        {
            return revocation.ToString();
        }
    }

    /// <summary>Who takes the whole key away means also the versions that another revocation has disabled already.</summary>
    private async Task<IReadOnlyList<KeyIdentifier>> AlsoOffAsync(PlannedRevocation planned, CancellationToken cancellationToken) =>
        planned.Impact.Target is not { Method: RevocationMethod.DisableKey, Key: var key }
            ? []
            :
            [
                .. (await active.ListAsync(cancellationToken).ConfigureAwait(false)).SelectMany(run => ActiveRevocations.WantsOff(run).Versions)
                    .Where(version => version.IsSameKeyAs(key)).Except(planned.Versions).Distinct(),
            ];

    private static NewOperation OperationOf(
        Person person, PlannedRevocation planned, IReadOnlyList<KeyIdentifier> alsoOff, RevokeWhy why, string reason)
    {
        var target = planned.Impact.Target;
        var intent = new RevokeIntent(
            target, planned.Versions, planned.Assignments, planned.Identity, planned.Confirmed, alsoOff) { AlsoAsked = planned.AlsoAsked, Why = why };
        return new NewOperation(OperationKind.Revoke, target.Key.Subject(), target.Key.Hold(), person, intent, reason);
    }

    private async Task<Outcome<NewOperation>> PrepareRestoreAsync(Person person, Guid revocation, string reason, CancellationToken cancellationToken)
    {
        if (await operations.FindAsync(revocation, cancellationToken).ConfigureAwait(false) is not { } run || !RevokeProcedure.HasChanged(run))
        {
            return new Refusal(ServiceRefusals.RevocationUnknown, null, revocation.ToString());
        }

        // It may want the same off, and what it took is not known.
        var key = run.Intent<RevokeIntent>().Target.Key;
        if (await active.AnyDamagedAsync(key, cancellationToken).ConfigureAwait(false) is { } damaged)
        {
            return RevocationRefusals.Unreadable(damaged);
        }

        var all = await standings.ReadAsync(key, cancellationToken).ConfigureAwait(false);
        if (all.FirstOrDefault(standing => standing.Run.Id == revocation) is not { } standing)
        {
            return new Refusal(ServiceRefusals.AlreadyRestored);
        }

        return standing.IsOver
            ? new Refusal(ServiceRefusals.NothingToRestore, null, [.. standing.WantsOff.Instances])
            : OperationOf(person, standing, reason, all, await instances.ListAsync(person.AsCaller(), cancellationToken).ConfigureAwait(false));
    }

    private static NewOperation OperationOf(
        Person person, RevocationStanding standing, string reason, IReadOnlyList<RevocationStanding> all, IReadOnlyList<ProvisioningInstance> dependents)
    {
        var (target, _, _, identity, named, _) = standing.WantsOff;

        // Also those that were without access before it: when it was made they had nothing to lose, and now it is what keeps them out.
        var cutOff = dependents.Where(standing.CutsOff).Select(instance => instance.Name);
        var off = standing.Holdings.Where(holding => holding.State != HoldState.Undone).ToLookup(holding => standing.WantedByAnother(holding, all));
        var intent = new RestoreIntent(
            standing.Run.Id,
            target,
            [.. off[null].Select(holding => holding.Version).OfType<KeyIdentifier>()],
            [.. off[null].Select(holding => holding.Assignment).OfType<RoleAssignment>()],
            identity,
            [.. named.Union(cutOff, StringComparer.OrdinalIgnoreCase)],
            [.. off.Where(group => group.Key is not null).SelectMany(group => group.Select(holding => new LeftOff(holding.Subject, group.Key!.Value)))]);
        return new NewOperation(OperationKind.Restore, target.Key.Subject(), target.Key.Hold(), person, intent, reason, Restores: standing.Run.Id);
    }
}
