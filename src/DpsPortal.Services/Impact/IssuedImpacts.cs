using System.Collections.Concurrent;

namespace DpsPortal.Services.Impact;

/// <summary>Fingerprints shown to people and when. In memory: after a restart every impact is too old, which is the safe side.</summary>
internal sealed class IssuedImpacts(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, long> _issued = new();

    public void Issue(string fingerprint)
    {
        foreach (var (other, at) in _issued)
        {
            if (!IsFresh(at))
            {
                _issued.TryRemove(KeyValuePair.Create(other, at));
            }
        }

        _issued[fingerprint] = clock.GetTimestamp();
    }

    public bool IsFresh(string fingerprint) => _issued.TryGetValue(fingerprint, out var at) && IsFresh(at);

    private bool IsFresh(long at) => clock.GetElapsedTime(at) < RevocationImpact.ValidFor;
}
