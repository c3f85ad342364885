namespace DpsPortal.Services.Vaults;

/// <summary>
/// How long a page waits for a vault: three seconds without an answer. What hangs is then one that did not answer
/// (<see cref="VaultFault"/>), and the page shows what is known without it; work that changes something has patience of its own.
/// </summary>
internal sealed class Patience : IDisposable
{
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _silent;
    private readonly CancellationTokenSource _both;

    public Patience(TimeProvider clock, CancellationToken cancellationToken)
    {
        _silent = new CancellationTokenSource(Silence, clock);
        _both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _silent.Token);
    }

    /// <summary>Cancelled by who asked, or by the silence.</summary>
    public CancellationToken Token => _both.Token;

    /// <summary>The vault has answered: a long listing that goes on is not a silent vault.</summary>
    public void Answered() => _silent.CancelAfter(Silence);

    public void Dispose()
    {
        _both.Dispose();
        _silent.Dispose();
    }
}
