using System.Collections.Concurrent;

namespace DpsPortal.Services.Operations;

/// <summary>
/// One at a time by name, in this process, which is the only one on the store. Whoever looks, decides and begins takes a turn for
/// all of it: otherwise a whole operation could pass between the look and the beginning.
/// </summary>
internal sealed class Turns
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _byName = new(StringComparer.Ordinal);

    public async Task<IDisposable> TakeAsync(string name, CancellationToken cancellationToken)
    {
        var turn = _byName.GetOrAdd(name, static _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
