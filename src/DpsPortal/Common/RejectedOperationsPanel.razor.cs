using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Common;

/// <summary>
/// What was rejected because of the key, by cause with the true numbers, and the single operations page by page; both as it happens, until
/// the reader pauses it.
/// </summary>
public sealed partial class RejectedOperationsPanel
{
    /// <summary>Over how long a rate is taken.</summary>
    internal static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan AnnounceEvery = TimeSpan.FromSeconds(10);

    private readonly Load<(RejectionSummary Summary, IReadOnlyList<RejectedOperation> Operations)> _rejected = new();
    private readonly SequencePages _pages = new(10);
    private KeyAccessCause? _cause;
    private bool _paused;
    private string _announced = "";
    private long? _announcedUpTo;
    private DateTimeOffset _announcedAt;

    /// <summary>Only of this instance; without it, of all.</summary>
    [Parameter] public string? Instance { get; set; }

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    protected override bool Concerns(PortalChange change) =>
        !_paused && change.Kind == PortalChangeKind.RejectedOperation && (Instance is null || change.Subject == Instance);

    /// <summary>It counts the whole log: a storm of rejections must not become one of countings.</summary>
    protected override TimeSpan FollowAgainAfter => TimeSpan.FromSeconds(1);

    protected override Task ReadAsync(CancellationToken cancellationToken) => _paused ? Task.CompletedTask : ShowAsync(cancellationToken);

    /// <summary>A screen reader hears a summary now and then, not every line.</summary>
    protected override void Tick()
    {
        if (Now - _announcedAt < AnnounceEvery || Total is not { } total || total == _announcedUpTo)
        {
            return;
        }

        var fresh = total - _announcedUpTo ?? 0;
        (_announcedUpTo, _announcedAt) = (total, Now);
        _announced = fresh > 0 ? T.Count("RejectedAnnounced", fresh) : _announced;
    }

    /// <summary>Whether the rows are of more causes than one; otherwise the card above them has said it.</summary>
    private bool SeveralCauses => _cause is null && _rejected.HasValue && _rejected.Value.Summary.Causes.Count > 1;

    private long? Total => _rejected.HasValue ? _rejected.Value.Summary.Causes.Sum(cause => cause.Total) : null;

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_rejected, async () => (
            await Enrollments.SummarizeRejectedAsync(Person, Instance, Recent, cancellationToken),
            await Enrollments.ListRejectedAsync(Person, Instance, _cause, _pages.Before, _pages.Asked, cancellationToken)));
        _announcedUpTo ??= Total;
        if (_cause is { } chosen && _rejected.HasValue && _rejected.Value.Summary.Causes.All(cause => cause.Cause != chosen))
        {
            // The log has let go of the last of them.
            _cause = null;
        }
    }

    private Task SelectAsync(KeyAccessCause cause)
    {
        _cause = _cause == cause ? null : cause;
        return FirstAsync();
    }

    private Task FirstAsync()
    {
        _pages.First();
        return ShowAsync(Leaving);
    }

    private Task PreviousAsync()
    {
        _pages.Previous();
        return ShowAsync(Leaving);
    }

    private Task NextAsync()
    {
        _pages.Next((_rejected.Value.Operations ?? []).Select(operation => operation.Sequence));
        return ShowAsync(Leaving);
    }

    private Task TogglePauseAsync()
    {
        _paused = !_paused;
        return RefreshAsync();
    }
}
