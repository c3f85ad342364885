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

    /// <summary>Holds whatever reaches the checkpoint until it is let go.</summary>
    public HeldCheckpoint Hold(string checkpoint)
    {
        var held = new HeldCheckpoint();
        On = reachedNow => reachedNow == checkpoint ? held.ArriveAsync() : Task.CompletedTask;
        return held;
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

internal sealed class HeldCheckpoint
{
    private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Arrived => arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Task ArriveAsync()
    {
        arrived.TrySetResult();
        return released.Task;
    }

    public void Release() => released.TrySetResult();
}
