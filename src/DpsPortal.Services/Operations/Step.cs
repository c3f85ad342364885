namespace DpsPortal.Services.Operations;

/// <summary>
/// One step of a plan. It must be idempotent: it runs again when the process ended before its result was stored.
/// </summary>
/// <param name="Code">One of <see cref="StepCodes"/>; with <paramref name="Arguments"/> it identifies the step within its operation.</param>
/// <param name="Run">Makes one attempt; the number counts from 1, across restarts.</param>
internal sealed record Step(string Code, IReadOnlyList<string> Arguments, Func<int, CancellationToken, Task<StepResult>> Run)
{
    /// <summary>
    /// In the later half of its looks a step that sees no effect asks whether the change itself still stands. Not before: what lists the
    /// assignments of roles may be some seconds behind.
    /// </summary>
    public static bool IsToBeDoubted(int attempt, int attempts) => attempt > attempts / 2;

    /// <summary>Tries again while attempts are left, then gives the result that says so.</summary>
    public static StepResult WaitUntil(int attempt, int attempts, Func<StepResult> otherwise) => attempt < attempts ? new StepResult.Wait() : otherwise();
}
