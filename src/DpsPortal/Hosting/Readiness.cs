namespace DpsPortal.Hosting;

/// <summary>Whether the portal can be used: its systems have started and the sample, if wanted, is complete.</summary>
internal sealed class Readiness
{
    private volatile string? _waitingFor = "start";

    public string? WaitingFor => _waitingFor;

    public void WaitFor(string what) => _waitingFor = what;

    public void Ready() => _waitingFor = null;
}
