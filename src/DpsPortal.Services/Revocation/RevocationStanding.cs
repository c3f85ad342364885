using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>An active revocation, and what the vault says of each thing that it wants off.</summary>
internal sealed record RevocationStanding(OperationRun Run, RevokeIntent WantsOff, IReadOnlyList<Holding> Holdings, DateTimeOffset ReadAt)
{
    /// <summary>All of it was given back, and not by a restore of ours.</summary>
    public bool IsOver => Holdings.All(holding => holding.State == HoldState.Undone);

    /// <summary>Whether it keeps this instance from its key, as far as the vault's state says.</summary>
    public bool CutsOff(ProvisioningInstance instance) => Reaching(instance).Any(holding => holding.State is HoldState.InForce);

    /// <summary>The same where no other part of it is left open: with one of two roles that it took back, the instance opens the key.</summary>
    public bool CutsOffWholly(ProvisioningInstance instance) =>
        Reaching(instance).ToLookup(holding => holding.Version is not null, holding => holding.State is HoldState.InForce) is var off
        && (off[true].Any(isOff => isOff) || (off[false].Any() && off[false].All(isOff => isOff)));

    /// <summary>Whether others have given this instance back all that it took from it.</summary>
    public bool IsOverFor(ProvisioningInstance instance) =>
        Reaching(instance).ToList() is { Count: > 0 } reaching && reaching.TrueForAll(holding => holding.State is HoldState.Undone);

    private IEnumerable<Holding> Reaching(ProvisioningInstance instance) => Holdings.Where(holding => holding switch
    {
        { Version: { } version } => instance.Encryption is InstanceEncryption.CustomerManagedKey encryption && encryption.EffectiveKey == version,
        { Assignment: { } assignment } => instance.Encryption is InstanceEncryption.CustomerManagedKey encryption
            && assignment.IsFor(encryption.Identity.PrincipalId) && encryption.EffectiveKey.IsSameKeyAs(WantsOff.Target.Key),
        _ => false,
    });

    /// <param name="others">The other active revocations, of which one may want the same off.</param>
    /// <param name="all">What DPS reports.</param>
    public ActiveRevocation ToContract(IEnumerable<RevocationStanding> others, IReadOnlyList<ProvisioningInstance> all) => new(
        Run.Id,
        WantsOff.Target,
        Run.Reason ?? "",
        Run.By,
        Run.StartedAt,
        WantsOff.Instances,
        [.. Holdings.Select(holding => new HeldChange(holding.ToChange(WantsOff), holding.State, WantedByAnother(holding, others)))],
        // Also who had none before: by now it is this revocation that keeps it out, too.
        [.. Concerned(all, access => access.Access is KeyAccess.Revoked)],
        ReadAt)
    {
        Why = Run.Why,
        Served = [.. Concerned(all, access => access.Access is not KeyAccess.Revoked && access.RecordsAt(ReadAt) is RecordAccess.Served)],
    };

    private IEnumerable<string> Concerned(IReadOnlyList<ProvisioningInstance> all, Func<KeyAccessStatus, bool> which) =>
        from instance in all
        where instance.Encryption is InstanceEncryption.CustomerManagedKey encryption && which(encryption.Access)
            && ((WantsOff.Concerns(instance.Name) && encryption.EffectiveKey.IsSameKeyAs(WantsOff.Target.Key)) || CutsOff(instance))
        select instance.Name;

    /// <returns>Another revocation that stands and wants the same off.</returns>
    public Guid? WantedByAnother(Holding holding, IEnumerable<RevocationStanding> others) => others.FirstOrDefault(other =>
        other.Run.Id != Run.Id && !other.IsOver && other.Holdings.Any(theirs => theirs.IsSameAs(holding)))?.Run.Id;
}
