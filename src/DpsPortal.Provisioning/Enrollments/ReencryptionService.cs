using System.Collections.Concurrent;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>
/// Runs re-encryptions in the background, one instance after the other, those that a stop or a kill left over too. One that is
/// denied its key waits for the access to change.
/// </summary>
internal sealed partial class ReencryptionService(
    InstanceRegistry instances,
    Reencryptor reencryptor,
    ReencryptionStore store,
    DpsDatabase database,
    EventFeed events,
    ICheckpoints checkpoints,
    TimeProvider systemClock,
    ILogger<ReencryptionService> logger) : BackgroundService
{
    private readonly CheckSchedule _wake = new();
    private readonly ConcurrentDictionary<long, OldRecordPosition> _positions = new();

    public async Task<Outcome<Reencryption>> StartAsync(LoadedInstance instance, Guid operation, Caller caller, CancellationToken cancellationToken)
    {
        var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
        ReencryptionRow row;
        using (session)
        {
            if (denial is not null)
            {
                return RewrapService.Denied(denial);
            }

            using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
            row = store.Begin(instance.Header, operation, session.NewWrappedDek, caller);
        }

        checkpoints.Reached(ReencryptionCheckpoints.AfterStart);
        _wake.Changed();
        return Describe(row);
    }

    public Reencryption? Find(LoadedInstance instance) => store.Find(instance.Header.Id) is { } row ? Describe(row) : null;

    /// <summary>One part of the re-encryption of an instance, if it has one that is not finished.</summary>
    public async Task<ReencryptionStep> AdvanceAsync(LoadedInstance instance, CancellationToken cancellationToken)
    {
        if (store.Find(instance.Header.Id) is not { FinishedAt: null } row)
        {
            return ReencryptionStep.Finished;
        }

        var position = _positions.GetOrAdd(row.InstanceId, _ => new OldRecordPosition());
        var step = await reencryptor.AdvanceAsync(instance, row, position, cancellationToken).ConfigureAwait(false);
        if (step == ReencryptionStep.Finished)
        {
            _positions.TryRemove(row.InstanceId, out _);
        }

        if (step != ReencryptionStep.Denied)
        {
            events.Publish(new ProvisioningEvent.ReencryptionAdvanced(instance.Header.Name, Find(instance)!));
        }

        return step;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start itself decrypts nothing.
        await Task.Yield();
        using var subscription = events.Subscribe(happened =>
        {
            if (happened is ProvisioningEvent.AccessChanged)
            {
                _wake.Changed();
            }
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            var unfinished = Unfinished();
            foreach (var instance in instances.Guarded.Where(instance => unfinished.Contains(instance.Header.Id)))
            {
                await RunAsync(instance, stoppingToken).ConfigureAwait(false);
            }

            await _wake.WaitAsync(TimeSpan.FromHours(1), systemClock, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>A store that cannot be read at this moment must not end the service; it is asked again at the next occasion.</summary>
    private List<long> Unfinished()
    {
        try
        {
            return store.Unfinished();
        }
        catch (SqliteException failure)
        {
            LogNotLookedUp(failure);
            return [];
        }
    }

    private async Task RunAsync(LoadedInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            while (await AdvanceAsync(instance, cancellationToken).ConfigureAwait(false) == ReencryptionStep.Advanced)
            {
                await Task.Yield();
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // One instance's trouble must not stop the others; it is tried again at the next occasion.
            LogFailed(failure, instance.Header.Name);
        }
    }

    private Reencryption Describe(ReencryptionRow row) => new(
        row.OperationId,
        row.Total,
        row.FinishedAt is null ? store.CountRemaining(row) : 0,
        row.Corrupt,
        new DateTimeOffset(row.StartedAt, TimeSpan.Zero),
        row.FinishedAt is { } finished ? new DateTimeOffset(finished, TimeSpan.Zero) : null);

    [LoggerMessage(LogLevel.Error, "Whether a re-encryption has not finished could not be looked up.")]
    private partial void LogNotLookedUp(Exception failure);

    [LoggerMessage(LogLevel.Error, "The re-encryption of instance {Instance} was interrupted.")]
    private partial void LogFailed(Exception failure, string instance);
}
