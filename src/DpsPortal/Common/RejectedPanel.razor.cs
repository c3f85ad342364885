using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Common;

/// <summary>The newest rejected operations as they happen, with cause and remedy, until the reader pauses it.</summary>
public sealed partial class RejectedPanel
{
    private const int Shown = 25;
    private static readonly TimeSpan AnnounceEvery = TimeSpan.FromSeconds(10);

    private readonly Load<IReadOnlyList<RejectedRead>> _reads = new();
    private bool _grouped;
    private bool _paused;
    private string _announced = "";
    private long? _announcedUpTo;
    private DateTimeOffset _announcedAt;

    /// <summary>Only of this instance; without it, of all.</summary>
    [Parameter] public string? Instance { get; set; }

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    protected override bool Concerns(PortalChange change) =>
        !_paused && change.Kind == PortalChangeKind.RejectedRead && (Instance is null || change.Subject == Instance);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_paused)
        {
            return;
        }

        await ReadIntoAsync(_reads, () => Enrollments.ListRejectedAsync(Person, Instance, null, Shown, cancellationToken));
        _announcedUpTo ??= Newest;
    }

    /// <summary>A screen reader hears a summary now and then, not every line.</summary>
    protected override void Tick()
    {
        if (Now - _announcedAt < AnnounceEvery || Newest is not { } newest || newest == _announcedUpTo)
        {
            return;
        }

        var fresh = _reads.Value!.Count(read => read.Sequence > _announcedUpTo);
        (_announcedUpTo, _announcedAt, _announced) = (newest, Now, T.Count("RejectedAnnounced", fresh));
    }

    private long? Newest => _reads.Value is { } reads ? reads.Count > 0 ? reads[0].Sequence : 0 : null;

    private Task TogglePauseAsync()
    {
        _paused = !_paused;
        return RefreshAsync();
    }
}
