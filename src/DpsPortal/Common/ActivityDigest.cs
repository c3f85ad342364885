using DpsPortal.Services.Audit;

namespace DpsPortal.Common;

/// <summary>
/// What is shown of the activity log. It keeps an intent before each change at another system; once the outcome is there, the
/// intent says nothing more. One without an outcome stays: it is running, or it was cut off.
/// </summary>
internal static class ActivityDigest
{
    /// <param name="newestFirst">Entries as the log lists them.</param>
    public static IReadOnlyList<ActivityEntry> Of(IEnumerable<ActivityEntry> newestFirst)
    {
        var shown = new List<ActivityEntry>();
        var outcomes = new List<ActivityEntry>();
        foreach (var entry in newestFirst)
        {
            if (entry.Result != ActivityResult.Intent)
            {
                outcomes.Add(entry);
                shown.Add(entry);
            }
            else if (outcomes.FindIndex(outcome => Settles(outcome, entry)) is var settled and >= 0)
            {
                outcomes.RemoveAt(settled);
            }
            else
            {
                shown.Add(entry);
            }
        }

        return shown;
    }

    // Some refusals are kept without arguments, and an operation names its intent by itself.
    private static bool Settles(ActivityEntry outcome, ActivityEntry intent) =>
        outcome.Code == intent.Code && outcome.Subject == intent.Subject && outcome.Operation == intent.Operation
        && (intent.Operation is not null
            || (outcome.By?.ObjectId == intent.By?.ObjectId && (outcome.Arguments.Count == 0 || outcome.Arguments.SequenceEqual(intent.Arguments))));
}
