using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

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

    /// <summary>
    /// Why no instance can be put under its current version now, by the rules by which DPS and a creation decide; otherwise
    /// <see langword="null"/>.
    /// </summary>
    public Refusal? Unsuitable { get; init; }

    /// <inheritdoc cref="KeyDetail.InUse"/>
    public IEnumerable<KeyDependent> InUse => Dependents.Where(dependent => dependent.Use == WrappedKeyUse.Current);
}
