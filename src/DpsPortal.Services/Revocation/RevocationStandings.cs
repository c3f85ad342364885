using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>
/// What the active revocations still hold, read from the vault each time: a version can be enabled and a role assigned by others, and
/// several revocations can stand on one key.
/// </summary>
internal sealed class RevocationStandings(
    ActiveRevocations active, VaultKeys vault, IVaultManagement management, IProvisioningInstances instances, ActivityLog activity, Turns turns,
    TimeProvider clock)
{
    /// <summary>Those that still hold something, or of which that is not known; newest first.</summary>
    /// <param name="key">Of this key alone.</param>
    public async Task<IReadOnlyList<ActiveRevocation>> ListAsync(Caller caller, KeyIdentifier? key, CancellationToken cancellationToken)
    {
        var standing = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
        if (standing.Count == 0)
        {
            return [];
        }

        var all = await instances.ListAsync(caller, cancellationToken).ConfigureAwait(false);
        return [.. standing.Where(revocation => !revocation.IsOver).Select(revocation => revocation.ToContract(standing, all))];
    }

    /// <summary>Operations on this key that are damaged in the store: whether one of them is a revocation that stands is not known.</summary>
    public async Task<IReadOnlyList<Guid>> UnreadableAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        [.. (await active.DamagedAsync(key, cancellationToken).ConfigureAwait(false)).Select(run => run.Id)];

    /// <summary>All that are on record as active, those that are over included.</summary>
    public async Task<IReadOnlyList<RevocationStanding>> ReadAsync(KeyIdentifier? key, CancellationToken cancellationToken)
    {
        var runs = await active.ListAsync(cancellationToken).ConfigureAwait(false);
        var wanted = runs.Select(run => (Run: run, Off: ActiveRevocations.WantsOff(run)))
            .Where(one => key is null || one.Off.Target.Key.IsSameKeyAs(key))
            .ToList();
        return await LookAsync(wanted, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The revocation that keeps an instance from its key, or is about to: also where its effect is still to come, because the vault honours a
    /// role a while longer or DPS could not ask. What cannot be read counts as kept.
    /// </summary>
    public async Task<OperationRun?> HoldingAsync(ProvisioningInstance instance, CancellationToken cancellationToken)
    {
        if (instance.Encryption is not InstanceEncryption.CustomerManagedKey { EffectiveKey: var key })
        {
            return null;
        }

        return await active.BeginningAsync(instance.Name, key, cancellationToken).ConfigureAwait(false)
            ?? (await ReadAsync(key, cancellationToken).ConfigureAwait(false)).FirstOrDefault(standing => !standing.IsOver
                && (standing.CutsOff(instance)
                    || (standing.WantsOff.Concerns(instance.Name) && standing.Holdings.Any(holding => holding.State is HoldState.Unknown))))?.Run
            ?? await active.AnyDamagedAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts on record which revocations of an instance are over because others gave back what they took.</summary>
    public Task RecordUndoneAsync(string instance, CancellationToken cancellationToken) =>
        RecordUndoneAsync(intent => intent.Concerns(instance), cancellationToken);

    /// <summary>
    /// Puts on record which revocations are over because others gave back what they took. Otherwise one would seem to stand again as soon
    /// as somebody takes the same away for another reason.
    /// </summary>
    /// <param name="asked">Of which ones: of their keys alone the vault is asked.</param>
    public async Task RecordUndoneAsync(Func<RevokeIntent, bool> asked, CancellationToken cancellationToken)
    {
        // Two looks at once would both find it, and say it twice.
        using var turn = await turns.TakeAsync("revocations undone", cancellationToken).ConfigureAwait(false);

        // Of these keys alone: a vault that hangs would hold up whatever else is to be put on record.
        var keys = (await active.ListAsync(cancellationToken).ConfigureAwait(false)).Select(run => run.Intent<RevokeIntent>())
            .Where(asked).Select(intent => intent.Target.Key.Versionless).Distinct();
        var over = (await Task.WhenAll(keys.Select(key => ReadAsync(key, cancellationToken))).ConfigureAwait(false)).SelectMany(read => read)
            .Where(standing => standing.IsOver && asked(standing.WantsOff)).ToList();

        // What a restore here gave back during the look is no work of others.
        var others = over.Count == 0 ? [] : await active.GivenBackByNobodyHereAsync(cancellationToken).ConfigureAwait(false);
        foreach (var standing in over.Where(standing => others.Contains(standing.Run.Id)))
        {
            await activity.WriteAsync(
                new NewActivity(
                    ActivityCodes.RevocationUndoneOutside, standing.WantsOff.Target.Key.Subject(), ActivityResult.Noticed, null,
                    [standing.WantsOff.Target.NameInLog()], standing.Run.Id),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the vault says now of what an operation has changed.</summary>
    public async Task<RevocationStanding> LookAsync(OperationRun run, RevokeIntent changed, CancellationToken cancellationToken) =>
        (await LookAsync([(run, changed)], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The same of several; each key is asked about once.</summary>
    public async Task<IReadOnlyList<RevocationStanding>> LookAsync(
        IReadOnlyList<(OperationRun Run, RevokeIntent Off)> changes, CancellationToken cancellationToken)
    {
        var looks = changes.GroupBy(one => one.Off.Target.Key.Versionless).Select(async group =>
            (group.Key, Look: await LookAsync(group.Key, group.Any(one => one.Off.Assignments.Count > 0), cancellationToken).ConfigureAwait(false)));
        var byKey = (await Task.WhenAll(looks).ConfigureAwait(false)).ToDictionary(pair => pair.Key, pair => pair.Look);
        return [.. changes.Select(one => byKey[one.Off.Target.Key.Versionless].Judge(one.Run, one.Off, clock.GetUtcNow()))];
    }

    private async Task<VaultLook> LookAsync(KeyIdentifier key, bool withAssignments, CancellationToken cancellationToken)
    {
        // A page must not wait for a vault that hangs: what it does not say in time is not known.
        using var patience = new Patience(clock, cancellationToken);
        var versions = TryAsync<IReadOnlyDictionary<string, bool>?>(() => VersionsAsync(key, patience.Token), cancellationToken);
        var assignments = withAssignments
            ? TryAsync<IReadOnlyList<RoleAssignment>?>(
                async () => await management.ListRoleAssignmentsAsync(key, patience.Token).ConfigureAwait(false), cancellationToken)
            : Task.FromResult<IReadOnlyList<RoleAssignment>?>([]);
        return new VaultLook(await versions.ConfigureAwait(false), await assignments.ConfigureAwait(false));
    }

    /// <summary>That the key does not exist is an answer, too: it has no versions.</summary>
    private async Task<IReadOnlyDictionary<string, bool>?> VersionsAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        var versions = await vault.FindAsync(key, cancellationToken).ConfigureAwait(false) is null
            ? []
            : await vault.ListVersionsAsync(key, cancellationToken).ConfigureAwait(false);
        return versions.ToDictionary(version => version.Version, version => version.Enabled ?? true);
    }

    /// <summary>Silence and a no are no answer.</summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            return default;
        }
    }

    /// <param name="Versions">Whether each is enabled; <see langword="null"/> when that could not be read.</param>
    private sealed record VaultLook(IReadOnlyDictionary<string, bool>? Versions, IReadOnlyList<RoleAssignment>? Assignments)
    {
        public RevocationStanding Judge(OperationRun run, RevokeIntent off, DateTimeOffset readAt) => new(
            run,
            off,
            [
                .. off.Versions.Select(version => new Holding(version, null, StateOf(version))),
                .. off.Assignments.Select(assignment => new Holding(null, assignment, StateOf(assignment))),
            ],
            readAt);

        private HoldState StateOf(KeyIdentifier version) => Versions is null ? HoldState.Unknown
            : !Versions.TryGetValue(version.Version!, out var enabled) ? HoldState.Missing
            : enabled ? HoldState.Undone
            : HoldState.InForce;

        /// <summary>The same grant may have been made anew under another name.</summary>
        private HoldState StateOf(RoleAssignment removed) => Assignments is null ? HoldState.Unknown
            : Assignments.Any(there => there.Gives(removed)) ? HoldState.Undone
            : HoldState.InForce;
    }
}
