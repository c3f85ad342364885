using DpsPortal.KeyVault.Events;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Remembers events and lets a test wait for one.</summary>
public sealed class RecordedEvents
{
    private readonly Lock _lock = new();
    private readonly List<KeyVaultEvent> _all = [];
    private readonly List<(Func<KeyVaultEvent, bool> Matches, TaskCompletionSource<KeyVaultEvent> Found)> _waiting = [];

    public IReadOnlyList<KeyVaultEvent> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>Types of the events about a key, without their common beginning.</summary>
    public IEnumerable<string> Of(string key) => All.Where(happening => happening.Subject == key).Select(Kind);

    public static string Kind(KeyVaultEvent happening) => happening.EventType["Microsoft.KeyVault.".Length..];

    public void Add(KeyVaultEvent happening)
    {
        lock (_lock)
        {
            _all.Add(happening);
            foreach (var (_, found) in _waiting.Where(waiting => waiting.Matches(happening)))
            {
                found.TrySetResult(happening);
            }
        }
    }

    public Task<KeyVaultEvent> WaitAsync(string kind, string key, int occurrence = 1)
    {
        lock (_lock)
        {
            var matching = 0;
            bool Matches(KeyVaultEvent happening) => happening.Subject == key && Kind(happening) == kind && ++matching == occurrence;
            if (_all.FirstOrDefault(Matches) is { } known)
            {
                return Task.FromResult(known);
            }

            var found = new TaskCompletionSource<KeyVaultEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Matches, found));
            return found.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }
}
