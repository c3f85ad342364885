using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Instances;

/// <summary>DPS instances as administrators see and create them.</summary>
public interface IInstanceService
{
    /// <summary>Every instance, by name, each with what the vault says of its key; a page has <see cref="FindAsync"/>.</summary>
    [Requires(Permission.View)]
    Task<IReadOnlyList<InstanceOverview>> ListAsync(Person person, CancellationToken cancellationToken);

    /// <summary>A page of the instances, by name. Vaults are asked for the keys of these alone.</summary>
    [Requires(Permission.View)]
    Task<InstanceListing> FindAsync(Person person, InstanceQuery query, CancellationToken cancellationToken);

    /// <summary>One instance, with what keeps it from its key if anything does; <see langword="null"/> when DPS has none of that name.</summary>
    [Requires(Permission.View)]
    Task<InstanceOverview?> GetAsync(Person person, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Checks a creation: the form, the vault, the key, and with the identity that the instance would get, wrap and unwrap.
    /// An identity and a role that are not there yet are made, and stay for the next check and for the creation under the same
    /// <see cref="NewInstance.Id"/>, since a role takes minutes to be honoured; <see cref="GiveUpAsync"/> takes them back.
    /// </summary>
    [Requires(Permission.CreateInstance)]
    Task<Outcome<Rehearsal>> CheckAsync(Person person, NewInstance form, CancellationToken cancellationToken);

    /// <summary>Takes back what checks have made under a <see cref="NewInstance.Id"/>, unless the creation has begun.</summary>
    /// <returns>Whether nothing of it is left. What could not be taken back now is, at the next start.</returns>
    [Requires(Permission.CreateInstance)]
    Task<Outcome<bool>> GiveUpAsync(Person person, Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the creation as an operation under <see cref="NewInstance.Id"/>; starting it again starts no second one. What was
    /// prepared is taken back when it cannot finish.
    /// </summary>
    /// <returns>The id of the operation.</returns>
    [Requires(Permission.CreateInstance)]
    Task<Outcome<Guid>> CreateAsync(Person person, NewInstance form, CancellationToken cancellationToken);

    /// <summary>
    /// Has DPS ask the vault now with an unwrap, as the instance, and answers what it knows then. Refused where there is no key of the customer's.
    /// </summary>
    [Requires(Permission.RecheckAccess)]
    Task<Outcome<KeyAccessStatus>> RecheckAsync(Person person, string name, CancellationToken cancellationToken);
}
