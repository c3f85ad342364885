using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>Records of one kind, page by page; what is shown of them is in the address. What is read is not: reading takes a click.</summary>
public sealed partial class EnrollmentsPanel
{
    private const int PageSize = 20;

    private readonly Load<RecordPage> _page = new();
    private EnrollmentsView? _shown;
    private string? _selected;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Parameter, EditorRequired] public EnrollmentsView View { get; set; } = null!;

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private RecordKind Kind => RecordKindNames.Parse(View.Kind);

    private bool MayRead => PermissionMatrix.Allows(Person.Role, Permission.ReadEnrollmentContents);

    private static IReadOnlyList<string> StatusesOf(RecordKind kind) =>
        kind == RecordKind.RegistrationRecord ? ["assigned", "assigning", "unassigned", "failed", "disabled"] : ["enabled", "disabled"];

    /// <summary>A status that another kind has is not looked for in this one.</summary>
    private string? Status => StatusesOf(Kind).Contains(View.Status) ? View.Status : null;

    protected override object? Subject => View;

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Instance && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_shown != View)
        {
            _page.Reset();
            (_shown, _selected) = (View, null);
        }

        var query = new RecordQuery(Kind, View.Group, View.Search, Status, View.Descending, View.After, View.Before, PageSize);
        return ReadIntoAsync(_page, () => Enrollments.ListAsync(Person, Instance, query, cancellationToken));
    }

    private void Show(EnrollmentsView view) => Navigation.NavigateTo(Addresses.Enrollments(Instance, view));

    private void ShowKind(RecordKind kind) => Show(new EnrollmentsView(RecordKindNames.Of(kind)));

    private string Total(RecordPage page) => T.Count(page.HasMore ? "RecordsMoreThan" : "RecordsInAll", page.Total);
}
