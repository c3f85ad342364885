using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

public sealed partial class InstancesPage
{
    private readonly Load<InstanceListing> _instances = new();
    private readonly Queue<string?> _sent = new();
    private string? _typed;
    private string? _seen;

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "access")] public string? AccessText { get; set; }

    [SupplyParameterFromQuery(Name = "order")] public string? Order { get; set; }

    [SupplyParameterFromQuery] public string? After { get; set; }

    [SupplyParameterFromQuery] public string? Before { get; set; }

    private KeyAccess? Access => Choice.Parse<KeyAccess>(AccessText);

    private bool Descending => Order == EnrollmentsView.DescendingOrder;

    private bool IsNarrowed => !string.IsNullOrWhiteSpace(Search) || Access is not null;

    /// <summary>Regions are read in words, and searched for in them.</summary>
    private string[] Meant => string.IsNullOrWhiteSpace(Search)
        ? []
        : [.. Regions.All.Where(region => T.Region(region).Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase))];

    protected override object? Subject => (Search, Access, Descending, After, Before);

    protected override bool Concerns(PortalChange change) => change.Kind is PortalChangeKind.Instance or PortalChangeKind.Key;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(
            _instances,
            () => Instances.FindAsync(Person, new InstanceQuery(Search, Access, Descending, After, Before) { Locations = Meant }, cancellationToken));

    /// <summary>
    /// Addresses that this page itself has set come back late and one after the other, when the reader has typed on: only one that comes
    /// from elsewhere, from a link or the history, is put into the field.
    /// </summary>
    protected override Task OnParametersSetAsync()
    {
        if (Search != _seen)
        {
            _seen = Search;
            if (_sent.Contains(Search))
            {
                while (_sent.Dequeue() != Search)
                {
                }
            }
            else
            {
                _sent.Clear();
                _typed = Search;
            }
        }

        return base.OnParametersSetAsync();
    }

    private void SearchFor(string? text)
    {
        _typed = string.IsNullOrEmpty(text) ? null : text;
        _sent.Enqueue(_typed);
        Navigation.NavigateTo(Address(_typed), replace: true);
    }

    private string Address(string? search, string? after = null, string? before = null) => Addresses.Query(
        Addresses.Instances, ("q", search), ("access", AccessText), ("order", Order), ("after", after), ("before", before));

    private void Show(KeyAccess? access, bool descending) => Navigation.NavigateTo(Addresses.Query(
        Addresses.Instances, ("q", Search), ("access", access?.ToString()), ("order", descending ? EnrollmentsView.DescendingOrder : null)));

    private void Page(string? after = null, string? before = null) => Navigation.NavigateTo(Address(Search, after, before));
}
