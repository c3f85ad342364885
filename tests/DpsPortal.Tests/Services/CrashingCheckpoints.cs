namespace DpsPortal.Tests.Services;

/// <summary>
/// Ends a "process" at a checkpoint: from then on every checkpoint throws, so that nothing of it goes on, until it is started anew.
/// </summary>
internal sealed class CrashingCheckpoints : ICheckpoints
{
    private readonly List<string> _reached = [];
    private TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _dead;

    public string? CrashAt { get; set; }

    /// <summary>Something else that happens at a checkpoint, before the operation goes on.</summary>
    public Func<string, Task>? On { get; set; }

    public Task Crashed => _crashed.Task;

    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (_reached)
            {
                return [.. _reached];
            }
        }
    }

    public void Reached(string checkpoint)
    {
        lock (_reached)
        {
            _reached.Add(checkpoint);
        }

        On?.Invoke(checkpoint).GetAwaiter().GetResult();
        if (_dead || checkpoint == CrashAt)
        {
            _dead = true;
            _crashed.TrySetResult();
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
        (CrashAt, _dead, _crashed) = (null, false, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_reached)
        {
            _reached.Clear();
        }
    }
}

internal sealed class SimulatedCrashException(string checkpoint) : Exception($"Ended at {checkpoint}.");

internal sealed class HeldCheckpoint
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Arrived => _arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public Task ArriveAsync()
    {
        _arrived.TrySetResult();
        return _released.Task;
    }

    public void Release() => _released.TrySetResult();
}
