using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>What a version is to people: would the vault use it, and does anything need it. Pure.</summary>
internal static class KeyVersions
{
    public static KeyAvailability AvailabilityOf(KeyProperties version, DateTimeOffset now) => version switch
    {
        { Enabled: false } => KeyAvailability.Disabled,
        { NotBefore: { } from } when now < from => KeyAvailability.NotYetValid,
        { ExpiresOn: { } to } when now >= to => KeyAvailability.Expired,
        _ => KeyAvailability.Enabled,
    };

    /// <param name="current">Version that GET without a version answers.</param>
    /// <param name="uses">Of all instances there are: one that has moved on may have been under this version.</param>
    /// <param name="uncertain">Whether there may be others, which could not be matched.</param>
    public static KeyVersion Describe(
        KeyProperties version, string current, KeyUses uses, DateTimeOffset now, bool uncertain = false)
    {
        var id = KeyIdentifier.Parse(version.Id.AbsoluteUri);
        var wrapped = (
            from instance in uses.Of(id)
            let count = instance.WrappedKeys.Count(form => form.WrappedBy.IsSameVersionAs(id))
            where count > 0
            orderby instance.Name
            select (instance.Name, Count: count)).ToList();
        var use = version.Version == current
            ? KeyVersionUse.Current
            : wrapped.Count > 0
            ? KeyVersionUse.Retiring
            : uncertain
            ? KeyVersionUse.Unknown
            : KeyVersionUse.Unused;
        return new KeyVersion(
            id,
            AvailabilityOf(version, now),
            use,
            version.CreatedOn ?? DateTimeOffset.UnixEpoch,
            version.NotBefore,
            version.ExpiresOn,
            wrapped.Sum(dependent => dependent.Count),
            [.. wrapped.Select(dependent => dependent.Name)],
            wrapped.Count > 0 ? null : LeftBefore(version.CreatedOn ?? DateTimeOffset.UnixEpoch, uses)) { ChangedAt = version.UpdatedOn };
    }

    /// <summary>
    /// Where an instance was before its present form is not kept. It can have been under the version if that form is newer than the
    /// version, and not the one that the instance was made with.
    /// </summary>
    private static DateTimeOffset? LeftBefore(DateTimeOffset created, KeyUses uses) => uses.LastMove >= created ? uses.LastMove : null;

    /// <summary>Newest first. Ids are random and creation times have whole seconds, so the current one decides a tie.</summary>
    public static IReadOnlyList<KeyVersion> Describe(
        IEnumerable<KeyProperties> versions, string current, KeyUses uses, DateTimeOffset now, bool uncertain = false) =>
    [
        .. versions
            .Select(version => Describe(version, current, uses, now, uncertain))
            .OrderByDescending(version => version.Use == KeyVersionUse.Current)
            .ThenByDescending(version => version.CreatedAt)
            .ThenBy(version => version.Id.Version, StringComparer.Ordinal),
    ];
}
