using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

/// <summary>
/// What devices and services ask of an instance over DPS's protocols, as it happens, until the reader pauses it. What was rejected because of
/// the key is in <see cref="RejectedOperationsPanel"/>, which stands above.
/// </summary>
public sealed partial class OperationLogPanel
{
    private readonly Load<IReadOnlyList<OperationEntry>> _entries = new();
    private readonly SequencePages _pages = new(10);
    private string? _search;
    private bool _paused;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    protected override bool Concerns(PortalChange change) =>
        !_paused && change.Kind == PortalChangeKind.DpsOperation && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) => _paused ? Task.CompletedTask : ShowAsync(cancellationToken);

    private Task ShowAsync(CancellationToken cancellationToken) => ReadIntoAsync(
        _entries, () => Enrollments.ListOperationsAsync(
            Person, Instance, new OperationFilter(Rejected: false, Record: _search), _pages.Before, _pages.Asked, cancellationToken));

    private Task SearchAsync(string? search)
    {
        _search = search;
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
        _pages.Next((_entries.Value ?? []).Select(entry => entry.Sequence));
        return ShowAsync(Leaving);
    }

    private Task TogglePauseAsync()
    {
        _paused = !_paused;
        return RefreshAsync();
    }
}
