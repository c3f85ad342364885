using System.Diagnostics;

namespace DpsPortal.Benchmarks.Crash;

/// <summary>Ends this process at a checkpoint.</summary>
internal sealed class KillAtCheckpoint : ICheckpoints
{
    private volatile string? _checkpoint;

    public void Arm(string checkpoint) => _checkpoint = checkpoint;

    public void Reached(string checkpoint)
    {
        if (checkpoint == _checkpoint)
        {
            // SIGKILL on Unix: nothing is flushed, disposed or answered. This thread must not go on until it arrives.
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
