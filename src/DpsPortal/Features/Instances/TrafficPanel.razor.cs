using DpsPortal.Common;
using DpsPortal.Provisioning.Capabilities;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

/// <summary>A control of the sample: devices that do not exist, registering over the real protocols.</summary>
public sealed partial class TrafficPanel
{
    private static readonly double[] Speeds = [1, 5, 20];

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private ITraffic Traffic { get; set; } = null!;

    private bool Runs => Traffic.Status.Running?.Instance == Instance;

    private double Speed => Traffic.Status.Running?.Speed ?? 1;

    private Caller Caller => new(Person.ObjectId, Person.DisplayName);

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.DpsOperation && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Switch(bool on) => Traffic.Switch(Caller, on ? new TrafficSettings(Instance) : null);

    private void SetSpeed(double speed) => Traffic.Switch(Caller, new TrafficSettings(Instance, Speed: speed));
}
