using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Keys;

public sealed partial class KeyPage
{
    /// <summary>There is one operation per key at a time; what still runs is among the newest.</summary>
    private const int RecentOperations = 50;

    private static readonly IReadOnlyDictionary<string, AccessLoss> NoLosses = new Dictionary<string, AccessLoss>();

    private readonly Load<Outcome<KeyFinding>> _key = new();
    private readonly Load<IReadOnlyList<RotationRecord>> _history = new();
    private readonly Load<IReadOnlyList<ActivityEntry>> _activity = new();
    private readonly Load<IReadOnlyDictionary<string, AccessLoss>> _losses = new();
    private readonly Attempt _attempt = new();
    private Operation? _running;
    private (KeyIdentifier Version, string Said, bool Undo)? _changed;

    [Parameter, EditorRequired] public string Vault { get; set; } = "";

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    [Inject] private IKeyService Keys { get; set; } = null!;

    [Inject] private IRotationService Rotations { get; set; } = null!;

    [Inject] private IRevocationService Revocations { get; set; } = null!;

    [Inject] private IOperationService Operations { get; set; } = null!;

    [Inject] private IActivityLog ActivityLog { get; set; } = null!;

    [Inject] private Confirmation Confirmation { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    private KeyDetail? Detail => ((_key.Value as Outcome<KeyFinding>.Done)?.Value as KeyFinding.Shown)?.Key;

    private string? Lead => Detail is { } key ? $"{key.Vault.Name} · {key.KeyType} {key.Size}" : null;

    protected override bool Concerns(PortalChange change) => change.Kind is PortalChangeKind.Key or PortalChangeKind.Instance or PortalChangeKind.Operation
        || (change.Kind is PortalChangeKind.Activity && Detail?.Dependents.Any(dependent => dependent.Instance == change.Subject) is true);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_key, () => Keys.FindAsync(Person, Vault, Name, cancellationToken));
        if (Detail is not { } key)
        {
            return;
        }

        await Task.WhenAll(
            ReadIntoAsync(_history, () => Rotations.HistoryAsync(Person, key.Key, cancellationToken)),
            ReadIntoAsync(_activity, () => ActivityLog.ListAsync(Person, new ActivityFilter(key.Key.ToString()), null, 12, cancellationToken)),
            ReadRunningAsync(key, cancellationToken),
            ReadIntoAsync(_losses, () => ReadLossesAsync(key, cancellationToken)));
    }

    private Task<IReadOnlyDictionary<string, AccessLoss>> ReadLossesAsync(KeyDetail key, CancellationToken cancellationToken)
    {
        var without = key.InUse.Where(dependent => dependent.Access.Access is KeyAccess.Revoked or KeyAccess.Misconfigured)
            .Select(dependent => dependent.Instance);
        return ActivityLog.FindLossesAsync(Person, [.. without], cancellationToken);
    }

    private async Task ReadRunningAsync(KeyDetail key, CancellationToken cancellationToken)
    {
        var newest = new Load<IReadOnlyList<Operation>>();
        await ReadIntoAsync(newest, () => Operations.ListAsync(Person, null, RecentOperations, cancellationToken));
        _running = newest.Value?.FirstOrDefault(operation =>
            operation.State is OperationState.Running or OperationState.Waiting
                && KeyIdentifier.TryParse(operation.Subject, out var subject)
                && subject == key.Key);
    }

    private string? RestoreBlocked => _running is null ? null : T["BlockedOperation"];

    private string? RotateBlocked(KeyDetail key) =>
        IsStale(key.ReadAt) ? T["BlockedStale"]
        : _running is not null ? T["BlockedOperation"]
        : key.Current.Availability == KeyAvailability.Deleted ? T["BlockedDeleted"]
        : IsWhollyDisabled(key) ? T["BlockedDisabledRotate"]
        : T.Blocking(key.Unmatched);

    private static bool IsWhollyDisabled(KeyDetail key) => key.Versions.All(version => version.Availability == KeyAvailability.Disabled);

    private string? RevokeBlocked(KeyDetail key) =>
        IsStale(key.ReadAt) ? T["BlockedStale"]
        : _running is not null ? T["BlockedOperation"]
        : IsWhollyDisabled(key) ? T["BlockedDisabledRevoke"]
        : !key.InUse.Any() && key.Unmatched.Count == 0 ? T["BlockedNoDependents"]
        : null;

    private async Task ConfirmDisableAsync(KeyIdentifier version)
    {
        if (await Confirmation.AskAsync(T["DisableVersionTitle"], DisableText(version), T["Disable"], Leaving))
        {
            await ChangeAsync(() => Keys.RetireVersionAsync(Person, version, Leaving), (version, "VersionDisabled", true));
        }
    }

    /// <summary>What is lost by it is not lost now: what DPS was before may be put back.</summary>
    private string DisableText(KeyIdentifier version)
    {
        var text = T["DisableVersionText", VersionNumbers.Of(Detail?.Versions ?? []).Name(version.Version)];
        return Detail?.Versions.FirstOrDefault(known => known.Id == version)?.LeftBefore is { } left
            ? $"{text} {T["DisableVersionBackups", Viewer.DateAndTime(left)]}"
            : $"{text} {T["DisableVersionAnyBackup"]}";
    }

    /// <summary>What is enabled already was only not wrapped under.</summary>
    private Task EnableAsync(KeyIdentifier version)
    {
        var said = Detail?.Versions.FirstOrDefault(known => known.Id == version)?.Availability is KeyAvailability.Disabled or null
            ? "VersionEnabled"
            : "VersionWrapsAgain";
        return ChangeAsync(() => Keys.EnableVersionAsync(Person, version, Leaving), (version, said, false));
    }

    private async Task ChangeAsync(Func<Task<Outcome<KeyDetail>>> change, (KeyIdentifier Version, string Said, bool Undo) done)
    {
        if (!await _attempt.RunAsync(change, _ => _changed = done))
        {
            _changed = null;
        }

        await RefreshAsync();
    }

    private async Task RestoreAsync(Guid revocation)
    {
        if (await Confirmation.AskReasonAsync(T["RestoreTitle"], T["RestoreText"], T["RestoreAccess"], Leaving) is { } reason)
        {
            await _attempt.RunAsync(
                () => Revocations.StartRestoreAsync(Person, revocation, reason, Leaving), operation => GoOnTo(Addresses.Operation(operation)), leaves: true);
        }
    }
}
