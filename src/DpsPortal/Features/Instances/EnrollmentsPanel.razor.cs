using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

public sealed partial class EnrollmentsPanel
{
    private const int PageSize = 20;

    private readonly Load<RecordPage> _page = new();
    private RecordKind _kind = RecordKind.EnrollmentGroup;
    private string? _group;
    private string? _continuation;
    private string? _selected;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    private bool MayRead => PermissionMatrix.Allows(Person.Role, Permission.ReadEnrollmentContents);

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Instance && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_page, () => Enrollments.ListAsync(Person, Instance, _kind, _group, _continuation, PageSize, cancellationToken));

    private Task ChooseKindAsync(RecordKind kind) => ShowAsync(kind, null);

    private Task ShowAsync(RecordKind kind, string? group)
    {
        (_kind, _group, _continuation, _selected) = (kind, group, null, null);
        _page.Reset();
        return RefreshAsync();
    }

    private Task GoToAsync(string? continuation)
    {
        (_continuation, _selected) = (continuation, null);
        return RefreshAsync();
    }
}
