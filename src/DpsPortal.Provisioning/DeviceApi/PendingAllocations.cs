using System.Collections.Concurrent;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>
/// Custom allocations under way. The device has its answer; the webhook takes its time beside it, and what it came to is stored and has an
/// entry of its own in the operations log. None outlives the service: the device is then told to register again.
/// </summary>
internal sealed class PendingAllocations(
    CustomAllocation custom, EnrollmentStore enrollments, FormerHubs former, RequestPipeline pipeline) : IHostedService, IDisposable
{
    public const string Operation = "CustomAllocation";

    private readonly Dictionary<(long Instance, string Device), int> _underWay = [];
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    public bool IsUnderWay(long instance, string registrationId)
    {
        lock (_underWay)
        {
            return _underWay.ContainsKey((instance, registrationId));
        }
    }

    /// <returns>To be disposed of when it is no longer under way.</returns>
    public IDisposable Begin(long instance, string registrationId)
    {
        Count((instance, registrationId), 1);
        return new UnderWay(this, (instance, registrationId));
    }

    public void Start(PendingAllocation allocation, IDisposable underWay)
    {
        var task = Task.Run(() => RunAsync(allocation, underWay));
        _running[task] = 0;
        _ = task.ContinueWith(
            ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(PendingAllocation allocation, IDisposable underWay)
    {
        using (underWay)
        {
            var trail = new OperationTrail(OperationCategory.DeviceOperations, Operation)
            {
                Instance = allocation.Instance.Header.Name, Kind = RecordKind.RegistrationRecord, RecordId = allocation.Assignment.RegistrationId,
                Caller = allocation.Device,
            };
            await pipeline.RunAsync(trail, () => AllocateAsync(allocation, trail), _stopping.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask<Answer> AllocateAsync(PendingAllocation allocation, OperationTrail trail)
    {
        var (choice, payload) = await custom.AskAsync(allocation.Question, _stopping.Token).ConfigureAwait(false);
        var instance = allocation.Instance.Header;
        var registration = allocation.Assignment.To(choice, payload, (hub, device) => former.Have(instance.Id, hub, device));
        var stored = await enrollments.ReplaceRegistrationAsync(trail.Calling, instance.Name, registration, allocation.ETag, _stopping.Token)
            .ConfigureAwait(false);
        if (stored is Outcome<RecordSummary>.Refused(var refused))
        {
            return RecordAnswers.ErrorOf(refused, trail, allocation.Assignment.RegistrationId);
        }

        if (choice is HubChoice.Hub chosen)
        {
            trail.Description = $"{registration.Substatus}, {chosen.How}";
            return new Answer(200, null);
        }

        if (allocation.Assignment.Before is { } before)
        {
            former.Remember(instance.Id, before);
        }

        return new DpsError(registration.ErrorCode!.Value, registration.ErrorMessage!);
    }

    /// <summary>A device may register again before the webhook has answered.</summary>
    private void Count((long, string) device, int more)
    {
        lock (_underWay)
        {
            if ((_underWay[device] = _underWay.GetValueOrDefault(device) + more) == 0)
            {
                _underWay.Remove(device);
            }
        }
    }

    private sealed class UnderWay(PendingAllocations owner, (long, string) device) : IDisposable
    {
        public void Dispose() => owner.Count(device, -1);
    }
}
