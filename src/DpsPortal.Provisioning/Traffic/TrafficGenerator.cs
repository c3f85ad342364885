using System.Net;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.Provisioning.Capabilities;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Traffic;

/// <summary>The certificate with which the protocols are served; none when they are not.</summary>
internal sealed record ServedCertificate(Task<X509Certificate2>? Certificate);

/// <summary>Carries out a plan, step after step, while it is switched on. Whatever the service answers, the devices go on.</summary>
internal sealed partial class TrafficGenerator(
    ProvisioningOptions options,
    TrafficChoice choice,
    ServedCertificate served,
    IServiceProvider services,
    InstanceRegistry instances,
    InstanceSettings settings,
    DomainClock domainClock,
    TimeProvider systemClock,
    ILogger<TrafficGenerator> logger) : BackgroundService, ITraffic
{
    private readonly Lock _switching = new();
    private TrafficSettings? _wanted = options.Traffic;
    private CancellationTokenSource _switched = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _requests;
    private long _refused;

    public TrafficStatus Status => new(_wanted, Interlocked.Read(ref _requests), Interlocked.Read(ref _refused));

    public void Begin(Caller caller, TrafficSettings settings) => Apply(caller, choice.IsMade(out var chosen) ? chosen : settings);

    public void Switch(Caller caller, TrafficSettings? settings)
    {
        Apply(caller, settings);
        choice.Keep(settings);
    }

    private void Apply(Caller caller, TrafficSettings? settings)
    {
        if (settings is not null && settings.Speed is < TrafficSettings.Slowest or > TrafficSettings.Fastest)
        {
            throw new ArgumentOutOfRangeException(nameof(settings), settings.Speed, $"The speed is {TrafficSettings.Slowest} to {TrafficSettings.Fastest}.");
        }

        lock (_switching)
        {
            _wanted = settings;
            Interlocked.Exchange(ref _requests, 0);
            Interlocked.Exchange(ref _refused, 0);
            _switched.Cancel();
            _changed.TrySetResult();
        }

        LogSwitched(settings?.Instance ?? "off", caller.DisplayName);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (wanted, changed, switched) = Next(stoppingToken);
            if (wanted is null || served.Certificate is null)
            {
                await changed.WaitAsync(stoppingToken);
                continue;
            }

            try
            {
                await RunAsync(wanted, switched.Token);
            }
            catch (OperationCanceledException) when (switched.IsCancellationRequested)
            {
                // Switched over or off, or the end.
            }
        }
    }

    private (TrafficSettings? Wanted, Task Changed, CancellationTokenSource Switched) Next(CancellationToken stoppingToken)
    {
        lock (_switching)
        {
            _switched.Dispose();
            _switched = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (_wanted, _changed.Task, _switched);
        }
    }

    private async Task RunAsync(TrafficSettings wanted, CancellationToken cancellationToken)
    {
        TrafficClient? client = null;
        try
        {
            foreach (var step in TrafficPlan.Of(wanted.Seed))
            {
                await Task.Delay(step.Wait / wanted.Speed, domainClock.Time, cancellationToken);
                client ??= await ClientAsync(wanted.Instance);
                if (client is not null)
                {
                    await StepAsync(client, step, cancellationToken);
                }
            }
        }
        finally
        {
            client?.Dispose();
        }
    }

    private async Task StepAsync(TrafficClient client, TrafficStep step, CancellationToken cancellationToken)
    {
        try
        {
            Count(await client.PrepareAsync(cancellationToken));
            Count(await client.ActAsync(step, cancellationToken));
        }
        catch (HttpRequestException fault)
        {
            LogUnreachable(fault);
        }
    }

    /// <summary>None before the instance exists or the listener listens.</summary>
    private async Task<TrafficClient?> ClientAsync(string name) =>
        instances.Find(name) is { } instance && services.GetService<IServer>() is { } server && ProtocolListener.PortOf(server) is { } port
            ? new TrafficClient(instance, settings, systemClock, port, await served.Certificate!)
            : null;

    private void Count(IReadOnlyList<HttpStatusCode> statuses)
    {
        Interlocked.Add(ref _requests, statuses.Count);
        Interlocked.Add(ref _refused, statuses.Count(status => (int)status >= 400));
    }

    public override void Dispose()
    {
        base.Dispose();
        _switched.Dispose();
    }

    [LoggerMessage(LogLevel.Information, "Demonstration traffic: {Instance}, switched by {Caller}.")]
    private partial void LogSwitched(string instance, string caller);

    [LoggerMessage(LogLevel.Warning, "Demonstration traffic did not reach the service.")]
    private partial void LogUnreachable(Exception fault);
}
