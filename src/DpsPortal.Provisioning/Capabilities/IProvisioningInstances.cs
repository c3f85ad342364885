using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Capabilities;

/// <summary>The control plane of the simulated DPS: instances and their keys. It never returns key bytes or record contents.</summary>
public interface IProvisioningInstances
{
    /// <summary>How often DPS verifies an instance's access by itself: how long a change made at the vault can stay unnoticed.</summary>
    TimeSpan AccessPollInterval { get; }

    Task<IReadOnlyList<ProvisioningInstance>> ListAsync(Caller caller, CancellationToken cancellationToken);

    /// <summary>Those of these names.</summary>
    Task<IReadOnlyList<ProvisioningInstance>> ListAsync(Caller caller, IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>A page of the instances, by name. Only what it shows is described.</summary>
    Task<FoundInstances> FindAsync(Caller caller, InstanceQuery query, CancellationToken cancellationToken);

    /// <summary>Which keys all the instances need, by name of the instance.</summary>
    Task<IReadOnlyList<InstanceKeys>> ListKeysAsync(Caller caller, CancellationToken cancellationToken);

    Task<ProvisioningInstance?> GetAsync(Caller caller, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Runs every check that a creation runs, against the real vault with the instance's own identity, and creates nothing.
    /// </summary>
    Task<CreationChecks> CheckCreationAsync(Caller caller, CreateInstance request, CancellationToken cancellationToken);

    /// <summary>
    /// Creates an instance. A customer-managed one first proves its key: the new instance key is wrapped, unwrapped
    /// and compared. A refusal or a crash leaves nothing behind. Creating again with the same
    /// <see cref="CreateInstance.OperationId"/> returns the instance made the first time.
    /// </summary>
    Task<Outcome<ProvisioningInstance>> CreateAsync(Caller caller, CreateInstance request, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the vault now. A denial is durable, has dropped every cached key and has seen reads in flight end
    /// before this returns; a verified unwrap after a denial opens a new epoch.
    /// </summary>
    Task<Outcome<KeyAccessStatus>> RecheckAsync(Caller caller, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Wraps the instance key under <paramref name="target"/> (versioned): wrap, unwrap and compare, and put the new
    /// form in the place of all others, in one transaction. Where it is under the target already, forms that an unfinished
    /// re-key left are removed, and nothing else changes.
    /// </summary>
    Task<Outcome<Rewrapped>> RewrapAsync(Caller caller, string name, KeyIdentifier target, CancellationToken cancellationToken);

    /// <summary>
    /// Moves an instance to another key, another vault, or between versionless and pinned, while it is in use: the instance key is
    /// wrapped under the new key, unwrapped and compared, stored beside the old form, and switched to. The old form stays,
    /// retiring. Only the key that wraps it now can say what the instance key is: it is asked first. When it denies, the call
    /// is refused with <see cref="ProvisioningRefusals.RekeyNeedsCurrentKey"/>; in an outage the key in memory serves while its lease runs.
    /// </summary>
    /// <param name="key">Versionless or pinned, in any allowed vault. Repeating it changes nothing.</param>
    Task<Outcome<Rekeyed>> RekeyAsync(Caller caller, string name, KeyIdentifier key, CancellationToken cancellationToken);

    /// <summary>
    /// Starts to write every record of an instance anew under new data-encryption keys, in the background. It survives a restart,
    /// waits while the key denies access, and ends by removing the old keys. Etags and times of records stay.
    /// </summary>
    /// <returns>The one that runs, if one does; with the operation of the last one, that one.</returns>
    Task<Outcome<Reencryption>> StartReencryptionAsync(Caller caller, string name, Guid operationId, CancellationToken cancellationToken);

    /// <returns>How far the latest re-encryption of an instance is; <see langword="null"/> when there was none.</returns>
    Task<Reencryption?> GetReencryptionAsync(Caller caller, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what a re-key left retiring, after the current form has been unwrapped and compared: moments ago by the re-key that made it,
    /// or now.
    /// </summary>
    Task<Outcome<Pruned>> PruneRetiringAsync(Caller caller, string name, CancellationToken cancellationToken);

    /// <summary>Forbids new wraps under a key version and counts what it still wraps. Durable and idempotent.</summary>
    Task<VersionFence> FenceAsync(Caller caller, KeyIdentifier version, CancellationToken cancellationToken);

    /// <summary>The versions under which new wraps are forbidden now.</summary>
    Task<IReadOnlyList<FencedVersion>> ListFencesAsync(Caller caller, CancellationToken cancellationToken);

    /// <summary>Allows wraps under a key version again. Durable and idempotent.</summary>
    Task ReleaseFenceAsync(Caller caller, KeyIdentifier version, CancellationToken cancellationToken);
}
