using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Common;

/// <summary>What devices and services ask of an instance over DPS's protocols, as it happens, until the reader pauses it.</summary>
public sealed partial class OperationLogPanel
{
    private const int Shown = 25;

    private readonly Load<IReadOnlyList<OperationEntry>> _entries = new();
    private bool _paused;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    protected override bool Concerns(PortalChange change) =>
        !_paused && change.Kind == PortalChangeKind.DpsOperation && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) => _paused
        ? Task.CompletedTask
        : ReadIntoAsync(_entries, () => Enrollments.ListOperationsAsync(Person, Instance, null, Shown, cancellationToken));

    private Task TogglePauseAsync()
    {
        _paused = !_paused;
        return RefreshAsync();
    }
}
