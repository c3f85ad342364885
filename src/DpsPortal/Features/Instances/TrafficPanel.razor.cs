using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Services.Traffic;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

/// <summary>A control of the sample: devices that do not exist, registering over the real protocols.</summary>
public sealed partial class TrafficPanel
{
    private static readonly double[] Speeds = [1, 5, 20];

    private readonly Load<TrafficStatus> _status = new();
    private readonly Attempt _attempt = new();

    /// <summary>A switch goes on showing what was pressed; one that is made anew after a refusal shows what is so.</summary>
    private int _refusals;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private ITrafficService Traffic { get; set; } = null!;

    private bool MaySwitch => PermissionMatrix.Allows(Person.Role, Permission.SwitchTraffic);

    private bool Runs => _status.Value?.Running?.Instance == Instance;

    private double Speed => _status.Value?.Running?.Speed ?? 1;

    protected override object? Subject => Instance;

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.DpsOperation && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) => ReadIntoAsync(_status, () => Traffic.ReadAsync(Person, cancellationToken));

    private Task TurnAsync(bool on) => on ? StartAsync(1) : AskAsync(() => Traffic.StopAsync(Person, Instance, Leaving));

    private Task StartAsync(double speed) => AskAsync(() => Traffic.StartAsync(Person, new TrafficSettings(Instance, Speed: speed), Leaving));

    private async Task AskAsync(Func<Task<Outcome<TrafficStatus>>> call)
    {
        if (!await _attempt.RunAsync(call, static _ => { }))
        {
            _refusals++;
        }

        await RefreshAsync();
    }
}
