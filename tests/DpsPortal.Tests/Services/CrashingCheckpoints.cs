using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Services;

/// <summary>
/// Ends a "process" at a checkpoint: from then on every checkpoint throws, so that nothing of it goes on, until it is started anew.
/// </summary>
internal sealed class CrashingCheckpoints : ICheckpoints
{
    private readonly List<string> reached = [];
    private TaskCompletionSource crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool dead;

    public string? CrashAt { get; set; }

    /// <summary>Something else that happens at a checkpoint, before the operation goes on.</summary>
    public Func<string, Task>? On { get; set; }

    public Task Crashed => crashed.Task;

    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (reached)
            {
                return [.. reached];
            }
        }
    }

    public void Reached(string checkpoint)
    {
        lock (reached)
        {
            reached.Add(checkpoint);
        }

        On?.Invoke(checkpoint).GetAwaiter().GetResult();
        if (dead || checkpoint == CrashAt)
        {
            dead = true;
            crashed.TrySetResult();
            throw new SimulatedCrashException(checkpoint);
        }
    }

    public void Revive()
    {
        (CrashAt, dead, crashed) = (null, false, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (reached)
        {
            reached.Clear();
        }
    }
}

internal sealed class SimulatedCrashException(string checkpoint) : Exception($"Ended at {checkpoint}.");
