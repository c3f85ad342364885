using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Rotation;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Rotation;

public sealed partial class RotatePage
{
    private readonly Load<Outcome<RotationPlan>> _plan = new();
    private readonly Attempt _attempt = new();
    private readonly VersionNumbers _numbers = new();

    [Parameter, EditorRequired] public string Vault { get; set; } = "";

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    [Inject] private IKeyService Keys { get; set; } = null!;

    [Inject] private IRotationService Rotations { get; set; } = null!;

    private RotationPlan? Plan => (_plan.Value as Outcome<RotationPlan>.Done)?.Value;

    protected override bool Concerns(PortalChange change) => change.Kind is PortalChangeKind.Key or PortalChangeKind.Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) => ReadIntoAsync(_plan, async () =>
        await (await Keys.GetAsync(Person, Vault, Name, cancellationToken)).ThenAsync(key => PlanAsync(key, cancellationToken)));

    private Task<Outcome<RotationPlan>> PlanAsync(KeyDetail key, CancellationToken cancellationToken)
    {
        _numbers.Learn(key.Versions);
        return Rotations.PlanAsync(Person, key.Key, cancellationToken);
    }

    private string? Blocked(RotationPlan plan) =>
        IsStale(plan.ReadAt) ? T["BlockedStale"] : T.Blocking(plan.Unmatched) ?? (plan.Fault is { } fault ? T.Of(fault) : null);

    private static int Lagging(RotationPlan plan) => plan.Following.Concat(plan.Doubtful).Count(dependent => dependent.EffectiveVersion != plan.Current.Id);

    private Task RotateAsync() => StartAsync(plan => Rotations.StartAsync(Person, plan.Key, plan.Current.Id.Version!, Leaving));

    private Task PickUpAsync() => StartAsync(plan => Rotations.StartPickupAsync(Person, plan.Key, Leaving));

    private async Task StartAsync(Func<RotationPlan, Task<Outcome<Guid>>> start)
    {
        if (!await _attempt.RunAsync(() => start(Plan!), operation => GoOnTo(Addresses.Operation(operation)), leaves: true)
            && _attempt.Refusal is not null)
        {
            // It was refused because something has changed: show what it is now.
            await RefreshAsync();
        }
    }
}
