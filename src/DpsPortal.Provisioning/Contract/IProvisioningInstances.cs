namespace DpsPortal.Provisioning.Contract;

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

    /// <summary>Removes what a re-key left retiring, after the current form has been unwrapped and compared: moments ago by the re-key that made it, or now.</summary>
    Task<Outcome<Pruned>> PruneRetiringAsync(Caller caller, string name, CancellationToken cancellationToken);

    /// <summary>Forbids new wraps under a key version and counts what it still wraps. Durable and idempotent.</summary>
    Task<VersionFence> FenceAsync(Caller caller, KeyIdentifier version, CancellationToken cancellationToken);

    /// <summary>The versions under which new wraps are forbidden now.</summary>
    Task<IReadOnlyList<FencedVersion>> ListFencesAsync(Caller caller, CancellationToken cancellationToken);

    /// <summary>Allows wraps under a key version again. Durable and idempotent.</summary>
    Task ReleaseFenceAsync(Caller caller, KeyIdentifier version, CancellationToken cancellationToken);
}

/// <param name="OperationId">Idempotency key of the creation.</param>
/// <param name="Identity">With a customer-managed key, the identity that calls the vault; otherwise <see langword="null"/>.</param>
/// <param name="Key">With a customer-managed key, versionless or pinned; otherwise <see langword="null"/>.</param>
public sealed record CreateInstance(
    Guid OperationId,
    string Name,
    string ResourceGroup,
    string Location,
    KeyIdentifier? Key,
    ManagedIdentity? Identity);

/// <summary>The checks in the order they ran. A creation is possible when every one passed.</summary>
public sealed record CreationChecks(IReadOnlyList<CreationCheck> Checks)
{
    public bool AllPassed => Checks.All(check => check.Result == CheckResult.Passed);
}

/// <param name="Name">Which check.</param>
/// <param name="Refusal">Why it failed and what to do; only with <see cref="CheckResult.Failed"/>.</param>
public sealed record CreationCheck(CreationCheckName Name, CheckResult Result, Refusal? Refusal = null);

public enum CreationCheckName
{
    InstanceName,
    KeyIdentifier,
    VaultAnswers,
    KeyExists,
    KeyTypeAndSize,
    KeyEnabledAndValid,
    KeyOperations,
    PurgeProtection,
    Wrap,
    Unwrap,
}

public enum CheckResult
{
    Passed,
    Failed,

    /// <summary>Not run, because an earlier check failed.</summary>
    Skipped,
}

/// <param name="From">The version that wrapped the instance key before.</param>
/// <param name="To">The version that wraps it now.</param>
public sealed record Rewrapped(KeyIdentifier From, KeyIdentifier To);

/// <param name="Configured">The key as configured from now on.</param>
/// <param name="From">The version that wrapped the instance key before.</param>
/// <param name="To">The version that wraps it now.</param>
public sealed record Rekeyed(KeyIdentifier Configured, KeyIdentifier From, KeyIdentifier To);

public sealed record Pruned(int Removed);

/// <summary>A re-encryption of an instance as it stands.</summary>
/// <param name="Total">Records to be written anew when it began.</param>
/// <param name="Remaining">Records that are still under an old data-encryption key.</param>
/// <param name="Corrupt">Records that did not open and were left as they are, with their key; known at the end.</param>
/// <param name="FinishedAt"><see langword="null"/> while it runs or waits for access to the key.</param>
public sealed record Reencryption(
    Guid OperationId, long Total, long Remaining, long Corrupt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

/// <param name="Since">When new wraps under it were forbidden.</param>
public sealed record FencedVersion(KeyIdentifier Version, DateTimeOffset Since);

/// <param name="InstanceKeys">How many instance keys (current or retiring forms) the version still wraps.</param>
/// <param name="Instances">Names of the instances concerned.</param>
public sealed record VersionFence(KeyIdentifier Version, int InstanceKeys, IReadOnlyList<string> Instances);
