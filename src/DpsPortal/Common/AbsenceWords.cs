using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Common;

/// <summary>
/// What is said of a vault or a key that the portal cannot show: what is known and since when, whose access it is about, one remedy
/// for one cause, and what its instances serve meanwhile, as DPS reports it. Pages and dashboard say it with the same words.
/// </summary>
internal sealed class AbsenceWords(Words words, Viewer viewer, TimeProvider clock)
{
    public string Title(VaultStatus vault) => words[$"Vault_{Kind(vault.Condition)}", vault.Name];

    public string About(VaultCondition condition) => condition switch
    {
        VaultCondition.Deleted deleted => words["VaultAbout_Deleted", Time(deleted.DeletedOn), Date(deleted.RecoverableUntil)],
        VaultCondition.Refuses refuses => words["VaultAbout_Refuses", Cause(refuses.Cause), refuses.Code, viewer.DateAndTime(refuses.Since)],
        VaultCondition.Silent silent => words["VaultAbout_Silent", Cause(silent.Cause), viewer.DateAndTime(silent.Since)],
        VaultCondition.NotLookedUp unknown => words["VaultAbout_NotLookedUp", unknown.Code ?? Cause(unknown.Cause)],
        _ => words["VaultAbout_NotFound"],
    };

    public string Remedy(VaultCondition condition) => condition switch
    {
        VaultCondition.Deleted => words["VaultRemedy_Deleted"],
        VaultCondition.Refuses { Cause: var cause } => Remedy(cause),
        VaultCondition.Silent { Cause: var cause } => Remedy(cause),
        VaultCondition.NotLookedUp => words["VaultRemedy_NotLookedUp"],
        _ => words["VaultRemedy_NotFound"],
    };

    /// <summary>For a chip: one or two words.</summary>
    public string Short(KeyAbsence absence) => words[absence switch
    {
        KeyAbsence.Deleted => "KeyAvailability_Deleted",
        KeyAbsence.DoesNotExist => "AbsenceShort_DoesNotExist",
        KeyAbsence.VaultUnread { Condition: VaultCondition.Deleted } => "AbsenceShort_VaultDeleted",
        _ => "AbsenceShort_NotKnown",
    }];

    public string Title(AbsentKey key) => Title(key.Key, key.Absence);

    public string Title(KeyIdentifier key, KeyAbsence absence) => absence switch
    {
        KeyAbsence.VaultUnread(var condition) => Title(new VaultStatus(key.VaultName, condition)),
        _ => words[$"Absence_{absence.GetType().Name}", key.Name, key.VaultName],
    };

    public string About(KeyAbsence absence) => absence switch
    {
        KeyAbsence.VaultUnread(var condition) => About(condition),
        KeyAbsence.Deleted deleted => words["AbsenceAbout_Deleted", Time(deleted.DeletedOn), Date(deleted.RecoverableUntil)],
        KeyAbsence.Unread unread => words["AbsenceAbout_Unread", Cause(unread.Cause), unread.Code],
        _ => words[$"AbsenceAbout_{absence.GetType().Name}"],
    };

    /// <summary>What is known of who brought it about: the portal itself deletes nothing and opens or closes no network.</summary>
    public string Who(KeyAbsence absence) => words[absence switch
    {
        KeyAbsence.Deleted or KeyAbsence.VaultUnread { Condition: VaultCondition.Deleted } => "AbsenceWho_Outside",
        KeyAbsence.DoesNotExist => "AbsenceWho_OutsideSometime",
        KeyAbsence.VaultUnread { Condition: VaultCondition.Refuses { Cause: KeyAccessCause.FirewallDenied } } => "AbsenceWho_Firewall",
        KeyAbsence.VaultUnread { Condition: VaultCondition.Refuses or VaultCondition.Silent } => "AbsenceWho_NotKnown",
        _ => "AbsenceWho_Nothing",
    }];

    public string Remedy(KeyAbsence absence) => absence switch
    {
        KeyAbsence.VaultUnread(var condition) => Remedy(condition),
        KeyAbsence.Unread unread => Remedy(unread.Cause),
        _ => words[$"AbsenceRemedy_{absence.GetType().Name}"],
    };

    /// <summary>What the instances that need it serve, one sentence for each fate.</summary>
    /// <param name="gone">Whether it is known that the key is out of reach, so that who still reads has only not noticed.</param>
    public IEnumerable<string> Meanwhile(IEnumerable<KeyDependent> dependents, bool gone) => dependents
        .Where(dependent => dependent.Use == WrappedKeyUse.Current)
        .GroupBy(dependent => FateOf(dependent.Access))
        .OrderBy(group => group.Key)
        .Select(group => group.Key switch
        {
            Fate.Rejected => words.Count("KeyShut", group.Count()),
            Fate.LeaseEnded => words.Count("Meanwhile_LeaseEnded", group.Count()),
            Fate.Leased =>
                words.Count("Meanwhile_Leased", group.Count(), viewer.DateAndTimeWithSeconds(group.Max(dependent => dependent.Access.LeaseEndsAt!.Value))),
            Fate.NotVerified => words.Count("Meanwhile_NotVerified", group.Count()),
            _ when gone => words.Count("Meanwhile_NotNoticed", group.Count(), NextCheck(group)),
            _ => words.Count("Meanwhile_Works", group.Count(), viewer.DateAndTimeWithSeconds(group.Min(dependent => dependent.Access.CheckedAt))),
        });

    private string NextCheck(IEnumerable<KeyDependent> dependents) =>
        dependents.Max(dependent => dependent.Access.NextCheckAt) is { } last ? viewer.DateAndTimeWithSeconds(last) : words["DateNotSaid"];

    /// <summary>A name for the texts of a condition.</summary>
    private static string Kind(VaultCondition condition) => condition is VaultCondition.Refuses { Cause: KeyAccessCause.FirewallDenied }
        ? "RefusesByFirewall"
        : condition.GetType().Name;

    private Fate FateOf(KeyAccessStatus access) => access switch
    {
        { Access: KeyAccess.Revoked } => Fate.Rejected,
        { Access: KeyAccess.NotVerified } => Fate.NotVerified,
        { Access: KeyAccess.Accessible or KeyAccess.Degraded } => Fate.Serves,
        { LeaseEndsAt: not null } when access.RecordsAt(clock.GetUtcNow()) == RecordAccess.Served => Fate.Leased,
        _ => Fate.LeaseEnded,
    };

    /// <summary>Of the portal's own identity; most causes are worded without naming whose call it was.</summary>
    private string Cause(KeyAccessCause cause) => cause is KeyAccessCause.RoleMissing or KeyAccessCause.TokenUnavailable
        ? words[$"PortalCause_{cause}"]
        : words.Of(cause);

    private string Remedy(KeyAccessCause cause) => words[cause switch
    {
        KeyAccessCause.FirewallDenied or KeyAccessCause.RoleMissing or KeyAccessCause.TokenUnavailable or KeyAccessCause.VaultUntrusted
            or KeyAccessCause.VaultUnreachable or KeyAccessCause.VaultNotFound => $"PortalRemedy_{cause}",
        KeyAccessCause.VaultTimedOut or KeyAccessCause.VaultThrottled or KeyAccessCause.VaultFailed => "PortalRemedy_Wait",
        KeyAccessCause.VaultAnswerUnusable => "Remedy_VaultAnswerUnusable",
        _ => "PortalRemedy_Other",
    }];

    private string Time(DateTimeOffset? at) => at is { } known ? viewer.DateAndTimeWithSeconds(known) : words["DateNotSaid"];

    private string Date(DateTimeOffset? at) => at is { } known ? viewer.Date(known) : words["DateNotSaid"];

    private enum Fate
    {
        Rejected,
        LeaseEnded,
        Leased,
        NotVerified,
        Serves,
    }
}
