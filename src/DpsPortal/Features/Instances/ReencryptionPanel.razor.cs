using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Reencrypting;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

/// <summary>Says when new data-encryption keys are needed, starts it, and follows it wherever it was started.</summary>
public sealed partial class ReencryptionPanel
{
    private static readonly string[] Parts = ["When", "Stays", "GoesOn", "InstanceKey"];

    private readonly Load<Outcome<ReencryptionReading>> _reading = new();
    private readonly Attempt _attempt = new();

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IReencryptionService Reencryptions { get; set; } = null!;

    [Inject] private Confirmation Confirmation { get; set; } = null!;

    private ReencryptionReading? Reading => (_reading.Value as Outcome<ReencryptionReading>.Done)?.Value;

    protected override bool Concerns(PortalChange change) =>
        change.Kind is PortalChangeKind.Reencryption or PortalChangeKind.Instance && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_reading, () => Reencryptions.GetAsync(Person, Instance, cancellationToken));

    private static long Done(Reencryption latest) => latest.Total - latest.Remaining;

    private string? Blocked(ReencryptionReading reading) =>
        IsStale(reading.ReadAt) ? T["BlockedStale"]
        : reading.State is ReencryptionState.Running or ReencryptionState.Waiting ? T["ReencryptionBlocked"]
        : reading.Access.RecordsAt(Now) == RecordAccess.Refused ? T["ReencryptionDenied"]
        : null;

    private async Task StartAsync()
    {
        if (await Confirmation.AskReasonAsync(T["ReencryptTitle"], T["ReencryptText"], T["ReencryptConfirm"], Leaving) is { } reason)
        {
            await _attempt.RunAsync(() => Reencryptions.StartAsync(Person, Instance, reason, Leaving), static _ => { });
            await RefreshAsync();
        }
    }
}
