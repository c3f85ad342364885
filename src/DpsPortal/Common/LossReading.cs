using DpsPortal.Services.Audit;
using DpsPortal.Services.People;

namespace DpsPortal.Common;

internal static class LossReading
{
    /// <summary>Who took the access of each of these instances; one of which that is not on record is not in it.</summary>
    public static async Task<IReadOnlyDictionary<string, AccessLoss>> FindLossesAsync(
        this IActivityLog log, Person person, IEnumerable<string> instances, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, AccessLoss>();
        foreach (var instance in instances)
        {
            if (await log.FindLossAsync(person, instance, cancellationToken) is { } loss)
            {
                found[instance] = loss;
            }
        }

        return found;
    }
}
