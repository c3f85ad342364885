using DpsPortal.KeyVault.Keys;

namespace DpsPortal.KeyVault.Schedule;

/// <summary>
/// What time makes happen to keys, as a function of the moment and the keys with their policies. It looks at the current version
/// alone, as Key Vault does: an older one is neither rotated nor announced. Of a deleted key only its purge is left.
/// </summary>
internal static class KeySchedule
{
    /// <summary>Key Vault announces an expiry 30 days before, where no Notify trigger says otherwise.</summary>
    private static readonly IsoDuration UsualNotice = new("P30D", 0, 30);

    public static Agenda At(DateTimeOffset now, IEnumerable<StoredKey> keys)
    {
        var due = new List<DueAction>();
        DateTimeOffset? next = null;
        foreach (var action in keys.SelectMany(Of))
        {
            if (action.At <= now)
            {
                due.Add(action);
            }
            else if (next is null || action.At < next)
            {
                next = action.At;
            }
        }

        return new Agenda([.. due.OrderBy(action => action.At)], next);
    }

    /// <summary>
    /// Everything that lies ahead of the current version or is overdue. A rotation replaces it, so a clock that jumps over
    /// several periods rotates once; the next date counts from the new version.
    /// </summary>
    public static IEnumerable<DueAction> Of(StoredKey key)
    {
        if (key.Deletion is { } deletion)
        {
            yield return new DueAction(DueKind.Purge, key, deletion.ScheduledPurge);
            yield break;
        }

        var current = key.Current;
        if (RotateAt(key, current.Attributes) is { } rotate)
        {
            yield return new DueAction(DueKind.Rotate, key, rotate);
        }

        if (current.Attributes.Expires is not { } expires)
        {
            yield break;
        }

        if (!current.NearExpiryPublished)
        {
            yield return new DueAction(DueKind.NearExpiry, key, Notice(key).Before(expires));
        }

        if (!current.ExpiredPublished)
        {
            yield return new DueAction(DueKind.Expired, key, expires);
        }
    }

    /// <summary>
    /// A disabled version is not rotated: the new one would be enabled, and time would give back what somebody took away.
    /// It is made up for when the version is enabled again.
    /// </summary>
    private static DateTimeOffset? RotateAt(StoredKey key, KeyAttributes current)
    {
        if (!current.Enabled || Action(key, RotationPolicy.Rotate) is not { } rotate)
        {
            return null;
        }

        return IsoDuration.Parse(rotate.TimeAfterCreate) is { } age
            ? age.After(current.Created)
            : current.Expires is { } expires ? IsoDuration.Parse(rotate.TimeBeforeExpiry)?.Before(expires) : null;
    }

    private static IsoDuration Notice(StoredKey key) =>
        IsoDuration.Parse(Action(key, RotationPolicy.Notify)?.TimeBeforeExpiry) ?? UsualNotice;

    private static LifetimeAction? Action(StoredKey key, string type) => key.Policy?.Actions.FirstOrDefault(action => action.Type == type);
}
