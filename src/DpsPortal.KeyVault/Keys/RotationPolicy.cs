namespace DpsPortal.KeyVault.Keys;

/// <summary>A rotation policy as it was set. <see cref="Schedule.KeySchedule"/> says when it acts.</summary>
internal sealed record RotationPolicy(IReadOnlyList<LifetimeAction> Actions, string? ExpiryTime, DateTimeOffset Created, DateTimeOffset Updated)
{
    public const string Rotate = "Rotate";
    public const string Notify = "Notify";
    private const int LeastExpiry = 28;
    private const int LeastTrigger = 7;

    public DateTimeOffset? ExpiryOfNewVersion(DateTimeOffset now) => IsoDuration.Parse(ExpiryTime)?.After(now);

    /// <returns>What is wrong with the policy, or null.</returns>
    public static string? Fault(IReadOnlyList<LifetimeAction> actions, string? expiryTime)
    {
        var expiry = IsoDuration.Parse(expiryTime);
        if (expiryTime is not null && expiry is null)
        {
            return "attributes.expiryTime must be an ISO 8601 duration in years, months, weeks and days, for instance P90D.";
        }

        if (expiry?.ApproximateDays < LeastExpiry)
        {
            return $"attributes.expiryTime must be at least {LeastExpiry} days.";
        }

        if (actions.Count(action => action.Type == Rotate) > 1 || actions.Count(action => action.Type == Notify) > 1)
        {
            return "lifetimeActions may have at most one Rotate and one Notify.";
        }

        return actions.Select(action => Fault(action, expiry)).FirstOrDefault(fault => fault is not null);
    }

    private static string? Fault(LifetimeAction action, IsoDuration? expiry)
    {
        var text = action.TimeAfterCreate ?? action.TimeBeforeExpiry;
        if (text is null || (action.TimeAfterCreate is not null && action.TimeBeforeExpiry is not null))
        {
            return "A trigger must have either timeAfterCreate or timeBeforeExpiry.";
        }

        if (IsoDuration.Parse(text) is not { } trigger)
        {
            return $"'{text}' is not an ISO 8601 duration in years, months, weeks and days.";
        }

        if (action.Type == Notify && action.TimeAfterCreate is not null)
        {
            return "Notify can only be triggered by timeBeforeExpiry.";
        }

        if (action is { Type: Rotate, TimeBeforeExpiry: not null } && expiry is null)
        {
            return "Rotate triggered by timeBeforeExpiry needs attributes.expiryTime.";
        }

        return trigger.ApproximateDays < LeastTrigger || expiry?.ApproximateDays - trigger.ApproximateDays < LeastTrigger
            ? $"A trigger must be at least {LeastTrigger} days after creation and {LeastTrigger} days before expiry."
            : null;
    }
}
