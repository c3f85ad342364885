using DpsPortal.Common;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

public sealed partial class InstancesPage
{
    private readonly Load<IReadOnlyList<InstanceOverview>> _instances = new();
    private string? _typed;
    private string? _sent;

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    protected override bool Concerns(PortalChange change) => change.Kind is PortalChangeKind.Instance or PortalChangeKind.Key;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_instances, () => Instances.ListAsync(Person, cancellationToken));

    private List<InstanceOverview> Matching(IReadOnlyList<InstanceOverview> instances) =>
        [.. instances.Where(overview => string.IsNullOrWhiteSpace(Search)
            || new[] { overview.Instance.Name, overview.Instance.IdScope, overview.Instance.Location, overview.Instance.ResourceGroup }
                .Any(text => text.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase)))];

    /// <summary>The address as this page sent it comes back late, when the reader has typed on: only one that comes from elsewhere is put into the field.</summary>
    protected override Task OnParametersSetAsync()
    {
        if (Search != _sent)
        {
            _typed = _sent = Search;
        }

        return base.OnParametersSetAsync();
    }

    private void SearchFor(string? text)
    {
        _typed = _sent = string.IsNullOrEmpty(text) ? null : text;
        Navigation.NavigateTo(Addresses.Query(Addresses.Instances, ("q", _sent)), replace: true);
    }
}
