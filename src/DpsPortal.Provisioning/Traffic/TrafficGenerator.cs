using System.Threading.Channels;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Traffic;

/// <summary>Carries out a plan, step after step, while it is switched on. Whatever the service answers, the devices go on.</summary>
internal sealed partial class TrafficGenerator(
    ProvisioningOptions options,
    TrafficChoice choice,
    ServedCertificate served,
    IServiceProvider services,
    InstanceRegistry instances,
    InstanceSettings instanceSettings,
    DomainClock domainClock,
    TimeProvider systemClock,
    ILogger<TrafficGenerator> logger) : BackgroundService, ITraffic
{
    /// <summary>Tells that it was switched. To what is the latest run, so that two switches at once end in one state.</summary>
    private readonly Channel<bool> _switches = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private TrafficRun _latest = new(options.Traffic);

    public TrafficStatus Status => Volatile.Read(ref _latest).Status;

    public void Begin(Caller caller, TrafficSettings settings) => Apply(caller, choice.IsMade(out var chosen) ? chosen : settings);

    public void Switch(Caller caller, TrafficSettings? settings)
    {
        Apply(caller, settings);
        choice.Keep(settings);
    }

    private void Apply(Caller caller, TrafficSettings? settings)
    {
        if (settings is not null && !TrafficSettings.Takes(settings.Speed))
        {
            throw new ArgumentOutOfRangeException(nameof(settings), settings.Speed, $"The speed is {TrafficSettings.Slowest} to {TrafficSettings.Fastest}.");
        }

        Volatile.Write(ref _latest, new TrafficRun(settings));
        _switches.Writer.TryWrite(true);
        LogSwitched(settings?.Instance ?? "off", caller.DisplayName);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // In this order: what is switched from here on is told again.
            _switches.Reader.TryRead(out _);
            var run = Volatile.Read(ref _latest);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var switched = _switches.Reader.WaitToReadAsync(stoppingToken).AsTask();
            var devices = run.Settings is { } settings && served.Certificate is not null
                ? ActAsync(run, settings, over.Token)
                : Task.Delay(Timeout.Infinite, over.Token);

            // Devices go on for ever: what ends them before a switch is a fault.
            await Task.WhenAny(switched, devices).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await EndAsync(devices, over.Token).ConfigureAwait(false);
            await switched.ConfigureAwait(false);
        }
    }

    private static async Task EndAsync(Task devices, CancellationToken over)
    {
        try
        {
            await devices.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Switched over or off, or the end.
        }
    }

    private async Task ActAsync(TrafficRun run, TrafficSettings settings, CancellationToken cancellationToken)
    {
        TrafficClient? client = null;
        try
        {
            foreach (var step in TrafficPlan.Of(settings.Seed))
            {
                await Task.Delay(step.Wait / settings.Speed, domainClock.Time, cancellationToken).ConfigureAwait(false);
                client ??= await ClientAsync(settings.Instance).ConfigureAwait(false);
                if (client is not null)
                {
                    await StepAsync(run, client, step, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            client?.Dispose();
        }
    }

    private async Task StepAsync(TrafficRun run, TrafficClient client, TrafficStep step, CancellationToken cancellationToken)
    {
        try
        {
            run.Count(await client.PrepareAsync(cancellationToken).ConfigureAwait(false));
            run.Count(await client.ActAsync(step, cancellationToken).ConfigureAwait(false));
        }
        catch (HttpRequestException fault)
        {
            LogUnreachable(fault);
        }
    }

    /// <summary>None before the instance exists or the listener listens.</summary>
    private async Task<TrafficClient?> ClientAsync(string name) =>
        instances.Find(name) is { } instance && services.GetService<IServer>() is { } server && ProtocolListener.PortOf(server) is { } port
            ? new TrafficClient(instance, instanceSettings, systemClock, port, await (served.Certificate!).ConfigureAwait(false))
            : null;

    [LoggerMessage(LogLevel.Information, "Demonstration traffic: {Instance}, switched by {Caller}.")]
    private partial void LogSwitched(string instance, string caller);

    [LoggerMessage(LogLevel.Warning, "Demonstration traffic did not reach the service.")]
    private partial void LogUnreachable(Exception fault);
}
