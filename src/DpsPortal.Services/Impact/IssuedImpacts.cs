using System.Collections.Concurrent;

namespace DpsPortal.Services.Impact;

/// <summary>What was shown to people and when, by fingerprint. In memory: after a restart every impact is too old, which is the safe side.</summary>
internal sealed class IssuedImpacts(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, (RevocationImpact Impact, long At)> _issued = new();

    /// <returns>The same, as it goes to the person.</returns>
    public RevocationImpact Issue(RevocationImpact impact)
    {
        foreach (var (other, issued) in _issued)
        {
            if (!IsFresh(issued.At))
            {
                _issued.TryRemove(KeyValuePair.Create(other, issued));
            }
        }

        _issued[impact.Fingerprint] = (impact, clock.GetTimestamp());
        return impact;
    }

    /// <returns><see langword="null"/> when it was not shown, or longer ago than an impact is valid.</returns>
    public RevocationImpact? Find(string fingerprint) => _issued.TryGetValue(fingerprint, out var issued) && IsFresh(issued.At) ? issued.Impact : null;

    private bool IsFresh(long at) => clock.GetElapsedTime(at) < RevocationImpact.ValidFor;
}
