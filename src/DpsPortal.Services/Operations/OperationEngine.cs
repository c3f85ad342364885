using System.Collections.Concurrent;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Operations;

/// <summary>
/// Runs operations. The database is the only truth: every round reads what is stored, plans, attempts one step and stores the
/// result, so that a restart goes on where the last process was, by itself.
/// </summary>
internal sealed partial class OperationEngine(
    OperationStore store,
    Turns turns,
    IEnumerable<IProcedure> procedures,
    ICheckpoints checkpoints,
    PortalServicesOptions options,
    DomainClock domainClock,
    TimeProvider clock,
    ILogger<OperationEngine> logger) : IHostedService, IDisposable
{
    private const int AttemptsAtUnexpectedFaults = 5;

    private readonly Dictionary<OperationKind, IProcedure> _procedures = procedures.ToDictionary(procedure => procedure.Kind);
    private readonly ConcurrentDictionary<Guid, Task> _running = new();
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _awaited = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Prepares an operation while nothing else can begin on what it holds, makes it durable, then starts it.</summary>
    /// <param name="prepare">Looks and decides; what it saw is still true when the operation begins, as far as it is up to us.</param>
    public async Task<Outcome<Guid>> BeginAsync(
        string holds, string subject, Func<Task<Outcome<NewOperation>>> prepare, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(holds, cancellationToken).ConfigureAwait(false);
        if (await store.IsHeldAsync(holds, cancellationToken).ConfigureAwait(false))
        {
            return new Refusal(ServiceRefusals.OperationInProgress, null, subject);
        }

        return await (await prepare().ConfigureAwait(false)).ThenAsync<Guid>(async operation =>
        {
            var run = await store.BeginAsync(operation, begun => Entry(begun, ActivityResult.Intent), cancellationToken).ConfigureAwait(false);
            Launch(run);
            return run.Id;
        }).ConfigureAwait(false);
    }

    public async Task<OperationRun?> WaitAsync(Guid id, CancellationToken cancellationToken)
    {
        // Asked before reading, so that an end between the two is not missed.
        var ended = _awaited.GetOrAdd(id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (await store.FindAsync(id, cancellationToken).ConfigureAwait(false) is { Ended: false })
        {
            await ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        Release(id);
        return await store.FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await store.AnyUnfinishedAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        foreach (var run in await store.ListAsync(rows => rows.Where(row => row.FinishedAt == null), cancellationToken).ConfigureAwait(false))
        {
            if (run.IsDamaged)
            {
                await store.EndDamagedAsync(run, cancellationToken).ConfigureAwait(false);
                continue;
            }

            LogResumed(logger, run.Kind, run.Id);
            Launch(run);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    private void Launch(OperationRun run)
    {
        _running[run.Id] = Task.Run(() => RunAsync(run.Id, _stopping.Token));
    }

    /// <summary>Never gives up on an operation while the process lives: what cannot be stored now is tried again.</summary>
    private async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RunToEndAsync(id, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // An operation must not be forgotten, whatever went wrong.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogInterrupted(logger, id, fault);
                await Task.Delay(options.LongestRetryDelay, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _running.TryRemove(id, out _);
        Release(id);
    }

    private void Release(Guid id)
    {
        if (_awaited.TryRemove(id, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    private async Task RunToEndAsync(Guid id, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"There is no operation {id}.");
        if (run.IsDamaged)
        {
            await store.EndDamagedAsync(run, cancellationToken).ConfigureAwait(false);
            return;
        }

        var procedure = _procedures[run.Kind];
        while (!run.Ended)
        {
            run = run.Stopped
                ? await TakeBackAsync(procedure, run, cancellationToken).ConfigureAwait(false)
                : await AdvanceAsync(procedure, run, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<OperationRun> AdvanceAsync(IProcedure procedure, OperationRun run, CancellationToken cancellationToken)
    {
        var plan = procedure.Plan(run);
        var attempt = 0;
        Step? step = null;
        run = await store.ChangeAsync(
            run.Id,
            row =>
            {
                StepBook.Begin(row, plan, domainClock.Now);
                var next = StepBook.Next(row);
                (step, attempt) = (next is null ? null : plan[next.Position], next?.Attempts ?? 0);
            },
            null,
            cancellationToken).ConfigureAwait(false);
        if (step is null)
        {
            return await CloseAsync(run, cancellationToken).ConfigureAwait(false);
        }

        checkpoints.Reached(ServiceCheckpoints.Before(run.Kind, step.Code));
        var result = await AttemptAsync(step, attempt, cancellationToken).ConfigureAwait(false);
        checkpoints.Reached(ServiceCheckpoints.After(run.Kind, step.Code));
        var verdict = () => procedure.VerdictWhenStopped(run);
        run = await store.ChangeAsync(run.Id, row => StepBook.Record(row, result, verdict, domainClock.Now), null, cancellationToken).ConfigureAwait(false);
        if (result is StepResult.Wait)
        {
            await Task.Delay(Pause(attempt), clock, cancellationToken).ConfigureAwait(false);
        }

        return run;
    }

    /// <summary>An exception says that something is broken; whether that is worth waiting for depends on what.</summary>
    private async Task<StepResult> AttemptAsync(Step step, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await step.Run(attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } vault)
        {
            LogVaultFault(logger, step.Code, vault.Code ?? vault.Cause.ToString());
            return vault.Answered ? new StepResult.Stopped(vault.ToRefusal()) : new StepResult.Wait();
        }
#pragma warning disable CA1031 // The operation ends as failed instead of never.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogStepFailed(logger, step.Code, attempt, fault);
            return Step.WaitUntil(attempt, AttemptsAtUnexpectedFaults, () => new StepResult.Stopped(
                StoreFaults.Of(fault) is { } store ? new Refusal(ServiceRefusals.Of(store)) : new Refusal(ServiceRefusals.StepFailed, null, step.Code)));
        }
    }

    private async Task<OperationRun> TakeBackAsync(IProcedure procedure, OperationRun run, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var isGone = await procedure.TakeBackAsync(run, cancellationToken).ConfigureAwait(false);
                return await CloseAsync(run, cancellationToken, isGone ? null : OperationState.Partial).ConfigureAwait(false);
            }
            catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } vault)
            {
                if (vault.Answered)
                {
                    // A no stays a no: the operation ends, and what it leaves is taken back at a later start.
                    LogNotTakenBack(logger, run.Id, vault.Code ?? vault.Cause.ToString());
                    return await CloseAsync(run, cancellationToken, OperationState.Partial).ConfigureAwait(false);
                }

                await Task.Delay(Pause(attempt), clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <param name="verdict">Where it is another one than the steps have given.</param>
    private Task<OperationRun> CloseAsync(OperationRun run, CancellationToken cancellationToken, OperationState? verdict = null) => store.ChangeAsync(
        run.Id,
        row =>
        {
            row.Verdict = verdict ?? (row.Verdict is { } given ? _procedures[run.Kind].VerdictAtEnd(run, given) : null);
            StepBook.Close(row, domainClock.Now);
        },
        closed => Entry(closed, ResultOf(closed.State)),
        cancellationToken);

    private static ActivityResult ResultOf(OperationState end) => end switch
    {
        OperationState.Succeeded => ActivityResult.Succeeded,
        OperationState.Partial => ActivityResult.Partial,
        OperationState.Unconfirmed => ActivityResult.Unconfirmed,
        _ => ActivityResult.Failed,
    };

    private NewActivity Entry(OperationRun run, ActivityResult result) => new(
        _procedures[run.Kind].ActivityCode, run.Subject, result, run.By, _procedures[run.Kind]
            .Describe(run), run.Id, run.Failure, _procedures[run.Kind]
            .Keys(run));

    private TimeSpan Pause(int attempt)
    {
        var doubled = options.RetryDelay * Math.Pow(2, Math.Min(attempt - 1, 16));
        return doubled < options.LongestRetryDelay ? doubled : options.LongestRetryDelay;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Going on with {Kind} {Operation}, which was under way when the process ended.")]
    private static partial void LogResumed(ILogger logger, OperationKind kind, Guid operation);

    [LoggerMessage(Level = LogLevel.Error, Message = "Operation {Operation} was interrupted and will be tried again.")]
    private static partial void LogInterrupted(ILogger logger, Guid operation, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Step {Step}: the vault answered {Code}.")]
    private static partial void LogVaultFault(ILogger logger, string step, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What operation {Operation} had prepared could not be taken back: the vault answered {Code}.")]
    private static partial void LogNotTakenBack(ILogger logger, Guid operation, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "Step {Step} failed at attempt {Attempt}.")]
    private static partial void LogStepFailed(ILogger logger, string step, int attempt, Exception fault);
}
