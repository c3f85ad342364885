using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

/// <summary>Records of one kind, page by page; kind, group and page are in the address. What is read is not: reading takes a click.</summary>
public sealed partial class EnrollmentsPanel
{
    private const int PageSize = 20;

    private readonly Load<RecordPage> _page = new();
    private (RecordKind, string?, string?) _shown;
    private string? _selected;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Parameter, EditorRequired] public string? KindName { get; set; }

    [Parameter, EditorRequired] public string? Group { get; set; }

    [Parameter, EditorRequired] public string? After { get; set; }

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private RecordKind Kind => RecordKindNames.Parse(KindName);

    private bool MayRead => PermissionMatrix.Allows(Person.Role, Permission.ReadEnrollmentContents);

    protected override object? Subject => (Kind, Group, After);

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Instance && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_shown != (Kind, Group, After))
        {
            _page.Reset();
            (_shown, _selected) = ((Kind, Group, After), null);
        }

        return ReadIntoAsync(_page, () => Enrollments.ListAsync(Person, Instance, Kind, Group, After, PageSize, cancellationToken));
    }

    private void Show(RecordKind kind, string? group = null, string? after = null) =>
        Navigation.NavigateTo(Addresses.Enrollments(Instance, RecordKindNames.Of(kind), group, after));
}
