using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

/// <summary>Links an IoT hub, or changes a link.</summary>
public sealed partial class HubPage
{
    private static readonly string?[] FieldNames = [nameof(LinkedHub.HostName), nameof(LinkedHub.Location), nameof(LinkedHub.AllocationWeight)];

    private readonly Load<LinkedHubs> _hubs = new();
    private readonly Attempt _attempt = new();
    private LinkedHub? _hub;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    /// <summary>The hub whose link to change; without it a new one is linked.</summary>
    [Parameter] public string? HostName { get; set; }

    [Inject] private IInstanceSettingsService Settings { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private bool IsNew => HostName is null;

    private string Back => Addresses.Instance(Instance, "hubs");

    // Nothing may change under the hands of somebody who edits: it is read once.
    protected override bool Concerns(PortalChange change) => false;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_hubs.HasValue)
        {
            return;
        }

        await ReadIntoAsync(_hubs, () => Settings.ListHubsAsync(Person, Instance, cancellationToken));
        _hub = IsNew
            ? new LinkedHub("", "")
            : _hubs.Value?.Hubs.FirstOrDefault(hub => string.Equals(hub.HostName, HostName, StringComparison.OrdinalIgnoreCase));
    }

    private async Task SaveAsync()
    {
        var hub = _hub! with { HostName = _hub.HostName.Trim() };
        await _attempt.RunAsync(
            () => IsNew ? Settings.LinkHubAsync(Person, Instance, hub, Leaving) : Settings.ChangeHubAsync(Person, Instance, hub, Leaving),
            _ => Navigation.NavigateTo(Back), leaves: true);
    }

    private bool HasError(string field) => _attempt.Refusal?.Field == field;

    private string? Error(string field) => HasError(field) ? T.Of(_attempt.Refusal!) : null;
}
