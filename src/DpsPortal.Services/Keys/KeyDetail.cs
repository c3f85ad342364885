using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

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
