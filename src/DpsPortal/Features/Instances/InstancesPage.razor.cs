using DpsPortal.Common;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

public sealed partial class InstancesPage
{
    private readonly Load<IReadOnlyList<InstanceOverview>> _instances = new();
    private readonly Queue<string?> _sent = new();
    private string? _typed;
    private string? _seen;

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    protected override bool Concerns(PortalChange change) => change.Kind is PortalChangeKind.Instance or PortalChangeKind.Key;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_instances, () => Instances.ListAsync(Person, cancellationToken));

    private List<InstanceOverview> Matching(IReadOnlyList<InstanceOverview> instances) =>
        [.. instances.Where(overview => string.IsNullOrWhiteSpace(Search)
            || new[] { overview.Instance.Name, overview.Instance.IdScope, overview.Instance.Location, T.Region(overview.Instance.Location), overview.Instance.ResourceGroup }
                .Any(text => text.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase)))];

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
        Navigation.NavigateTo(Addresses.Query(Addresses.Instances, ("q", _typed)), replace: true);
    }
}
