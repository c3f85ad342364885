using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>Key-encryption keys, their versions and what depends on them.</summary>
public interface IKeyService
{
    /// <summary>The vaults of the settings that can be called now; the list of keys has the others, with the reason.</summary>
    [Requires(Permission.View)]
    Task<IReadOnlyList<Vault>> ListVaultsAsync(Person person, CancellationToken cancellationToken);

    /// <summary>
    /// Every key that DPS uses, and every other whose current version ends within a time or has ended: one that its vault does not show is in
    /// the result with the reason. With every configured vault, also one that is not there or does not answer.
    /// </summary>
    [Requires(Permission.View)]
    Task<KeyList> ListWatchedAsync(Person person, TimeSpan endingWithin, CancellationToken cancellationToken);

    /// <summary>
    /// A page of all keys of every configured vault. Which keys there are is listed in the background, at the time that the page names;
    /// what it says of each of its
    /// keys is read for it. Keys that DPS uses and no vault lists are on the first page.
    /// </summary>
    [Requires(Permission.View)]
    Task<ListedKeys> ListPageAsync(Person person, KeyQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// A key with its versions and dependents, or what is known of one that is gone or cannot be read; refused where there is nothing to
    /// know.
    /// </summary>
    [Requires(Permission.View)]
    Task<Outcome<KeyFinding>> FindAsync(Person person, string vault, string name, CancellationToken cancellationToken);

    /// <summary>A key with its versions and dependents, or why it cannot be shown.</summary>
    [Requires(Permission.View)]
    Task<Outcome<KeyDetail>> GetAsync(Person person, string vault, string name, CancellationToken cancellationToken);

    /// <summary>Makes an RSA key. Refused for a name that is taken, also by a deleted key, and for what DPS could wrap nothing with.</summary>
    [Requires(Permission.CreateKey)]
    Task<Outcome<KeyIdentifier>> CreateAsync(Person person, NewKey form, CancellationToken cancellationToken);

    /// <summary>
    /// Disables a version that wraps no instance key any more. Refused with the number while it does; withdrawing access on
    /// purpose is a revoke, not this.
    /// </summary>
    [Requires(Permission.RetireKeyVersion)]
    Task<Outcome<KeyDetail>> RetireVersionAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken);

    /// <summary>Enables a retired version again.</summary>
    [Requires(Permission.RetireKeyVersion)]
    Task<Outcome<KeyDetail>> EnableVersionAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken);
}
