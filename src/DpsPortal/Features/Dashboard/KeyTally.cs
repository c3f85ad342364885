using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Features.Dashboard;

/// <summary>The keys in numbers, each key once: what needs somebody, and what is not known, which is never counted as nothing.</summary>
/// <param name="Needing">Keys about which the list beside it has something to say, or whose instances have lost access.</param>
/// <param name="Unread">Keys in use that could not be read.</param>
/// <param name="UnreadVaults">Vaults that are not read, so that which other keys they have is not known.</param>
/// <param name="DeletedVaults">Those of them that are deleted: the keys that nobody uses in them need nobody.</param>
public sealed record KeyTally(int Needing, int Unread, int All, int UnreadVaults, int DeletedVaults)
{
    /// <summary>When <see cref="All"/> were listed; otherwise as the rest.</summary>
    public DateTimeOffset? ListedAt { get; init; }

    public bool IsUnknown => Needing == 0 && (Unread > 0 || UnreadVaults > DeletedVaults);

    public static KeyTally Of(KeyList list, DateTimeOffset now) => new(
        list.Keys.Count(key => Attention.Needs(key, now) || key.InUse.Any(IsShut)) + list.Absent.Count(key => key.Absence.IsGone && key.Dependents.Count > 0),
        list.Absent.Count(key => !key.Absence.IsGone),
        list.All ?? (list.Keys.Count + list.Absent.Count),
        list.Unread.Count(),
        list.Unread.Count(vault => vault.Condition is VaultCondition.Deleted)) { ListedAt = list.ListedAt };

    private static bool IsShut(KeyDependent dependent) => dependent.Access.Access is not (KeyAccess.Accessible or KeyAccess.Degraded or KeyAccess.NotVerified);
}
