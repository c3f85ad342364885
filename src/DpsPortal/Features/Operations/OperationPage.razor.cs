using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Operations;

public sealed partial class OperationPage
{
    private readonly Load<Operation?> _operation = new();
    private ActiveRevocation? _active;
    private readonly Attempt _attempt = new();

    [Parameter, EditorRequired] public Guid Id { get; set; }

    [Inject] private IOperationService Operations { get; set; } = null!;

    [Inject] private IRevocationService Revocations { get; set; } = null!;

    [Inject] private Confirmation Confirmation { get; set; } = null!;

    private string Heading => _operation.Value is { } operation ? $"{T.Of(operation.Kind)}: {Words.Subject(operation.Subject)}" : T["Operation"];

    /// <summary>The same work is done on the same key again and again; the id keeps titles apart.</summary>
    private string Title => $"{Heading} ({Id.ToString()[^6..]})";

    private string? Lead =>
        _operation.Value is { } operation ? T[IsUnasked(operation) ? $"OperationLeadUnasked_{operation.Kind}" : $"OperationLead_{operation.Kind}"] : null;

    /// <summary>A change that concerned nobody's access: no instance has confirmed it.</summary>
    private static bool IsUnasked(Operation operation) => operation is { Kind: OperationKind.Revoke or OperationKind.Restore, State: OperationState.Succeeded }
        && !operation.Steps.Any(step => step.Code is StepCodes.ConfirmRevoked or StepCodes.ConfirmRestored);

    protected override bool Concerns(PortalChange change) =>
        (change.Kind == PortalChangeKind.Operation && (change.Subject == Id.ToString() || _active is not null))
            || change.Kind is PortalChangeKind.Key or PortalChangeKind.Instance;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_operation, () => Operations.GetAsync(Person, Id, cancellationToken));
        if (_operation.Value is { Kind: OperationKind.Revoke })
        {
            var active = new Load<IReadOnlyList<ActiveRevocation>>();
            await ReadIntoAsync(active, () => Revocations.ListActiveAsync(Person, cancellationToken));
            _active = active.Value?.FirstOrDefault(revocation => revocation.Operation == Id);
        }
    }

    /// <summary>What it did has been undone since: how it went is told, and not that it is so.</summary>
    private static bool IsPast(Operation operation) => operation.Aftermath?.Kind is AftermathKind.Restored or AftermathKind.UndoneOutside;

    /// <summary>What was missing when it ended is not missing any more: it is told as past.</summary>
    private static bool IsSettled(Operation operation) => operation.Aftermath is not (null or { Kind: AftermathKind.Open });

    private static Tone AftermathTone(AftermathKind kind) => kind switch
    {
        AftermathKind.Open or AftermathKind.TakenOutside => Tone.Warning,
        AftermathKind.EffectCame or AftermathKind.TakenBack => Tone.Good,
        _ => Tone.Info,
    };

    /// <summary>Each kind leaves something else behind when it does not succeed. A vault that does not honour a role yet does answer.</summary>
    private string Sentence(Operation operation) => operation switch
    {
        _ when IsUnasked(operation) => T["OperationUnasked"],
        { Kind: OperationKind.Restore, State: OperationState.Partial } when !operation.Steps.Any(step =>
            step is { Code: StepCodes.EnableVersion or StepCodes.RestoreRoleAssignment, State: StepState.Done }) => T["RestoreLeftOff"],
        { State: OperationState.Failed or OperationState.Partial or OperationState.Unconfirmed } => IsSettled(operation)
            ? T["WhenItEnded", Ending(operation)]
            : Ending(operation),
        { State: OperationState.Waiting } when operation.Steps.Any(
            step => step is { Code: StepCodes.AssignRole or StepCodes.RestoreRoleAssignment, State: StepState.Done }) =>
            T["OperationWaitsForRole"],
        { State: OperationState.Waiting } when operation.Steps.Any(step => step is { Code: StepCodes.ConfirmRevoked, State: StepState.Running }) =>
            T["OperationWaitsForDenial"],
        _ => T[$"OperationSentence_{operation.State}"],
    };

    /// <summary>A fence that stands keeps nobody from reading: all of the access has come back.</summary>
    private string Ending(Operation operation) =>
        operation is { Kind: OperationKind.Restore, State: OperationState.Partial, Failure.Code: ServiceRefusals.FenceNotLifted }
        && operation.Steps.All(step => step.State == StepState.Done || step.Code == StepCodes.LiftFence)
            ? T["RestoreLeftFence"]
        : operation.Failure?.Code is ServiceRefusals.GivenBackMeanwhile
            or ServiceRefusals.TakenAgainMeanwhile ? T[$"OperationSentence_{operation.Failure.Code}"]
            : T[$"OperationSentence_{operation.Kind}_{operation.State}"];

    private static (KeyIdentifier From, KeyIdentifier To)? Rekeyed(Operation operation) =>
        operation.Steps.FirstOrDefault(step => step is { Code: StepCodes.RekeyInstance, State: StepState.Done })?.Arguments is [_, var from, var to]
            ? (KeyIdentifier.Parse(from), KeyIdentifier.Parse(to))
            : null;

    private static int Done(Operation operation) => operation.Steps.Count(step => step.State == StepState.Done);

    private static string? SubjectAddress(Operation operation) =>
        KeyIdentifier.TryParse(operation.Subject, out var key) ? Addresses.Key(key)
        : operation.Kind is OperationKind.Rekey or OperationKind.Reencrypt
            || operation is { Kind: OperationKind.CreateInstance, State: OperationState.Succeeded } ? Addresses.Instance(operation.Subject)
        : null;

    private async Task RestoreAsync()
    {
        if (await Confirmation.AskReasonAsync(T["RestoreTitle"], T["RestoreText"], T["RestoreAccess"], Leaving) is { } reason)
        {
            await _attempt.RunAsync(
                () => Revocations.StartRestoreAsync(Person, Id, reason, Leaving), restore => GoOnTo(Addresses.Operation(restore)), leaves: true);
        }
    }
}
