using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>A key of which the portal cannot say what the vault has: it is gone, or it could not be read.</summary>
/// <param name="Key">Versionless identifier.</param>
/// <param name="Dependents">Instances that need it, as DPS knows them.</param>
/// <param name="ReadAt">When the vault and DPS were read.</param>
public sealed record AbsentKey(KeyIdentifier Key, KeyAbsence Absence, IReadOnlyList<KeyDependent> Dependents, DateTimeOffset ReadAt)
{
    /// <inheritdoc cref="KeyDetail.InUse"/>
    public IEnumerable<KeyDependent> InUse => Dependents.Where(dependent => dependent.Use == WrappedKeyUse.Current);
}
