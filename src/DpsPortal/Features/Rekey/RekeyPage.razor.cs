using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Rekeying;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Rekey;

public sealed partial class RekeyPage
{
    private readonly Load<InstanceOverview?> _instance = new();
    private readonly Load<Outcome<RekeyPlan>> _plan = new();
    private readonly Attempt _attempt = new();
    private KeyChoice _choice = new();
    private string? _opened;
    private string? _reason;

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    /// <summary>Comes with the link that leads back to an earlier key.</summary>
    [SupplyParameterFromQuery(Name = "key")] public string? FromLink { get; set; }

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private IRekeyService Rekeys { get; set; } = null!;

    protected override object? Subject => FromLink ?? "";

    private RekeyPlan? Plan => (_plan.Value as Outcome<RekeyPlan>.Done)?.Value;

    private KeyIdentifier? Target => KeyIdentifier.TryParse(_choice.Identifier, out var key) ? key : null;

    /// <summary>Of what was pasted; a list has no wrong choices.</summary>
    private string? Fault => Target is null && !string.IsNullOrEmpty(_choice.Identifier)
        ? T.Of(new Refusal(ProvisioningRefusals.KeyIdentifierInvalid))
        : null;

    private string? Blocked =>
        Plan is not { } plan || plan.Key != Target
            ? T["RekeyBlocked"]
            : IsStale(plan.ReadAt)
            ? T["BlockedStale"]
            : ReasonBounds.Holds(_reason)
            ? null
            : T["BlockedReason"];

    protected override bool Concerns(PortalChange change) =>
        change.Kind == PortalChangeKind.Key || (change.Kind == PortalChangeKind.Instance && change.Subject == Name);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_opened != (FromLink ?? ""))
        {
            _opened = FromLink ?? "";
            _choice = KeyIdentifier.TryParse(FromLink, out var linked) ? KeyChoice.Of(linked) : new KeyChoice();
            _instance.Reset();
            _plan.Reset();
            _attempt.Forget();
        }

        await ReadIntoAsync(_instance, () => Instances.GetAsync(Person, Name, cancellationToken));
        if (Target is { } target)
        {
            await ReadIntoAsync(_plan, () => Rekeys.PlanAsync(Person, Name, target, cancellationToken));
        }
    }

    private async Task ChooseAsync()
    {
        _attempt.Forget();
        if (_plan.HasValue)
        {
            await ClickIsOverAsync();
        }

        if (Leaving.IsCancellationRequested)
        {
            return;
        }

        if (Plan is null || Plan.Key != Target)
        {
            _plan.Reset();
            StateHasChanged();
        }

        await RefreshAsync();
    }

    private async Task RekeyAsync()
    {
        var started = await _attempt.RunAsync(
            () => Rekeys.StartAsync(
                Person, Name, Plan!.Key, Plan.From, _reason!.Trim(), Leaving), operation => GoOnTo(Addresses.Operation(operation)), leaves: true);
        if (!started && _attempt.Refusal is not null)
        {
            // It was refused because something has changed: show what it is now.
            await RefreshAsync();
        }
    }
}
