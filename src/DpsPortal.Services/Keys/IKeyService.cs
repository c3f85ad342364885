using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
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
    /// A page of all keys of every configured vault. Which keys there are is listed in the background, at the time that the page names; what it says of each of its
    /// keys is read for it. Keys that DPS uses and no vault lists are on the first page.
    /// </summary>
    [Requires(Permission.View)]
    Task<ListedKeys> ListPageAsync(Person person, KeyQuery query, CancellationToken cancellationToken);

    /// <summary>A key with its versions and dependents, or what is known of one that is gone or cannot be read; refused where there is nothing to know.</summary>
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

/// <summary>What a new key is to be. Times are the vault's, that is, the domain clock's.</summary>
/// <param name="Size">Bits of an RSA key: 2048, 3072 or 4096.</param>
public sealed record NewKey(string Vault, string Name, int Size, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresOn);

/// <summary>Which page of which keys.</summary>
/// <param name="Search">A part of the name, or of vault/name, without case.</param>
/// <param name="After">The page after this vault/name.</param>
/// <param name="Before">The page before this vault/name; not with <paramref name="After"/>.</param>
/// <param name="Count">1 to 200.</param>
/// <param name="Anew">Whether vaults are to list their keys now.</param>
public sealed record KeyQuery(string? Search = null, string? After = null, string? Before = null, int Count = 25, bool Anew = false);

/// <summary>A page of keys, and where it stands among all.</summary>
/// <param name="Total">How many keys the vaults list on all pages.</param>
/// <param name="ListedAt">When they listed them.</param>
/// <param name="First">The first that the page has from the vaults' lists, for the page before it.</param>
/// <param name="Last">The last, for the page after it.</param>
public sealed record ListedKeys(KeyList List, bool HasPrevious, bool HasNext, int Total, DateTimeOffset ListedAt, string? First, string? Last);

/// <summary>Keys as the vaults show them, and those that they do not show, each with the reason.</summary>
/// <param name="Keys">What the vaults showed.</param>
/// <param name="Absent">Keys that DPS uses or a vault names, and that could not be shown.</param>
/// <param name="Vaults">Every configured vault.</param>
public sealed record KeyList(IReadOnlyList<KeyOverview> Keys, IReadOnlyList<AbsentKey> Absent, IReadOnlyList<VaultStatus> Vaults, DateTimeOffset ReadAt)
{
    /// <summary>How many keys there are in all, as far as they have been listed.</summary>
    public int? All { get; init; }

    /// <summary>When <see cref="All"/> were listed.</summary>
    public DateTimeOffset? ListedAt { get; init; }

    /// <summary>Vaults of which it is not known, or no longer of use, which keys they have.</summary>
    public IEnumerable<VaultStatus> Unread => Vaults.Where(vault => vault.Condition is not VaultCondition.Answers);

    /// <summary>Whether a key that is not listed is known not to be there.</summary>
    public bool IsWhole => !Unread.Any() && !Absent.Any(key => key.Absence is KeyAbsence.Unread);
}

/// <summary>A key in a list.</summary>
/// <param name="Key">Versionless identifier.</param>
/// <param name="KeyType">As the vault names it: <c>RSA</c>, <c>RSA-HSM</c>.</param>
/// <param name="Size">Bits; <see langword="null"/> when the list did not carry it.</param>
public sealed record KeyOverview(
    KeyIdentifier Key,
    string KeyType,
    int? Size,
    KeyVersion Current,
    int Versions,
    IReadOnlyList<KeyDependent> Dependents)
{
    /// <inheritdoc cref="KeyDetail.Unmatched"/>
    public IReadOnlyList<UnmatchedUse> Unmatched { get; init; } = [];

    /// <summary>Why no instance can be put under its current version now, by the rules by which DPS and a creation decide; otherwise <see langword="null"/>.</summary>
    public Refusal? Unsuitable { get; init; }

    /// <inheritdoc cref="KeyDetail.InUse"/>
    public IEnumerable<KeyDependent> InUse => Dependents.Where(dependent => dependent.Use == WrappedKeyUse.Current);
}

/// <summary>A key with its versions and everything that needs it, as the vault and DPS were at <paramref name="ReadAt"/>.</summary>
/// <param name="Versions">Newest first.</param>
/// <param name="Revocations">Revocations made here that still hold something of this key at the vault, newest first.</param>
/// <param name="ReadAt">When the vault and DPS were read.</param>
public sealed record KeyDetail(
    KeyIdentifier Key,
    Vault Vault,
    string KeyType,
    int Size,
    IReadOnlyList<string> Operations,
    IReadOnlyList<KeyVersion> Versions,
    IReadOnlyList<KeyDependent> Dependents,
    IReadOnlyList<ActiveRevocation> Revocations,
    DateTimeOffset ReadAt)
{
    public KeyVersion Current => Versions.Single(version => version.Use == KeyVersionUse.Current);

    /// <summary>Keys of instances that no vault here has; while there is any, what needs this key is not known for certain.</summary>
    public IReadOnlyList<UnmatchedUse> Unmatched { get; init; } = [];

    /// <summary>Who retired the current version here, while it is still as they left it.</summary>
    public Retirement? Retired { get; init; }

    /// <summary>
    /// Operations on this key that are damaged in the portal's store. While there is any, that <see cref="Revocations"/> is empty does not
    /// mean that none stands. An empty id is one whose id is damaged too.
    /// </summary>
    public IReadOnlyList<Guid> Unreadable { get; init; } = [];

    /// <summary>The newest revocation that still holds something of the key.</summary>
    public Guid? ActiveRevocation => Revocations is [var newest, ..] ? newest.Operation : null;

    /// <summary>Whether a revocation wants this version off; to enable it is to restore that one.</summary>
    public bool IsRevoked(KeyIdentifier version) => Revocations.Any(revocation => revocation.Changes.Any(held =>
        held.Change.Kind == VaultChangeKind.DisableVersion && KeyIdentifier.TryParse(held.Change.Subject, out var off) && off == version));

    /// <summary>The instances whose key this is.</summary>
    public IEnumerable<KeyDependent> InUse => Dependents.Where(dependent => dependent.Use == WrappedKeyUse.Current);
}

/// <summary>One version of a key: whether the vault would use it, and whether instances need it.</summary>
/// <param name="InstanceKeys">How many instance keys it wraps.</param>
/// <param name="Instances">Names of the instances concerned.</param>
/// <param name="LeftBefore">
/// When the last instance can have left it, at the latest: a backup of DPS from before that moment may need this version to be read.
/// <see langword="null"/> while it wraps an instance key, and when none can have been under it.
/// </param>
public sealed record KeyVersion(
    KeyIdentifier Id,
    KeyAvailability Availability,
    KeyVersionUse Use,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NotBefore,
    DateTimeOffset? ExpiresOn,
    int InstanceKeys,
    IReadOnlyList<string> Instances,
    DateTimeOffset? LeftBefore = null)
{
    /// <summary>Since when DPS wraps nothing under it; <see langword="null"/> when it may. Enabling the version lifts that.</summary>
    public DateTimeOffset? FencedSince { get; init; }

    /// <summary>When the vault last changed the version, whatever of it: what is disabled has been so since then at the latest.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>A version that a person disabled here because nothing needed it.</summary>
public sealed record Retirement(Person By, DateTimeOffset At);

/// <summary>Whether the vault would use a version now, by the domain clock.</summary>
public enum KeyAvailability
{
    Enabled,
    NotYetValid,
    Expired,
    Disabled,
    Deleted,
}

/// <summary>Whether instances need a version; the other half is <see cref="KeyAvailability"/>.</summary>
public enum KeyVersionUse
{
    /// <summary>What GET without a version answers.</summary>
    Current,

    /// <summary>Older, and still wraps instance keys.</summary>
    Retiring,

    /// <summary>Older, and wraps nothing: safe to disable for DPS as it is; an older backup of it may still need the version.</summary>
    Unused,

    /// <summary>Older, and wraps nothing that is known; DPS reports a key that no vault here has, which could be this one.</summary>
    Unknown,
}

/// <summary>A key that an instance is configured for or wrapped by, as DPS reports it.</summary>
/// <param name="Key">Versionless or with its version.</param>
public sealed record UnmatchedUse(string Instance, KeyIdentifier Key)
{
    /// <summary>DPS does not report the instance at all, though it was made here: the key is the one that is on record for it.</summary>
    public bool IsMissing { get; init; }
}

/// <summary>An instance that needs a key.</summary>
/// <param name="Use">
/// <see cref="WrappedKeyUse.Current"/> when it is the instance's key; <see cref="WrappedKeyUse.Retiring"/> when the instance has moved
/// to another one and a version of this still wraps an earlier form.
/// </param>
/// <param name="Pinned">It does not follow a rotation.</param>
/// <param name="EffectiveVersion">The version of this key that wraps its instance key, or the earlier form.</param>
/// <param name="Access">Its access to the key that it has now.</param>
public sealed record KeyDependent(
    string Instance,
    WrappedKeyUse Use,
    bool Pinned,
    KeyIdentifier EffectiveVersion,
    KeyAccessStatus Access,
    RecordCounts Records,
    string IdentityName)
{
    /// <summary>
    /// Why the vault would deny it now, though DPS may not have noticed; <see langword="null"/> where what was read does not show that.
    /// </summary>
    public KeyAccessCause? ShutBy { get; init; }

    /// <returns>Whether DPS still serves it then by what it has in memory, and the vault would not open the key to it any more.</returns>
    public bool LosesAt(DateTimeOffset now) =>
        ShutBy is not null && Access.Access is KeyAccess.Accessible or KeyAccess.Degraded && Access.RecordsAt(now) == RecordAccess.Served;
}
