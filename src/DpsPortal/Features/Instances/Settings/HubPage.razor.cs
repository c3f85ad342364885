using System.Globalization;
using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Settings;

/// <summary>Links an IoT hub, or changes a link.</summary>
public sealed partial class HubPage
{
    private static readonly string?[] FieldNames = [nameof(LinkedHub.HostName), nameof(LinkedHub.Location), nameof(LinkedHub.AllocationWeight)];

    private readonly Load<LinkedHubs> _hubs = new();
    private readonly Attempt _attempt = new();
    private LinkedHub? _hub;
    private string? _weight;
    private bool _keyLetGo;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    /// <summary>The hub whose link to change; without it a new one is linked.</summary>
    [Parameter] public string? HostName { get; set; }

    [Inject] private IInstanceSettingsService Settings { get; set; } = null!;

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
        _weight = _hub?.AllocationWeight.ToString(CultureInfo.InvariantCulture);
    }

    private void TakeHost(string? text)
    {
        var (host, taken) = PastedHost.Of(text);
        (_hub, _keyLetGo) = (_hub! with { HostName = host }, taken || (_keyLetGo && host.Length > 0));
    }

    private async Task SaveAsync()
    {
        // As a number field has it, in every language; what is no whole number is none that a weight may be.
        var hub = _hub! with
        {
            HostName = _hub.HostName.Trim().ToLowerInvariant(),
            AllocationWeight = int.TryParse(_weight, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) ? weight : 0,
        };
        await _attempt.RunAsync(
            () => IsNew ? Settings.LinkHubAsync(Person, Instance, hub, Leaving) : Settings.ChangeHubAsync(Person, Instance, hub, Leaving),
            _ => GoOnTo(Back), leaves: true);
    }

    private bool HasError(string field) => _attempt.Refusal?.Field == field;

    private string? Error(string field) => HasError(field) ? T.Of(_attempt.Refusal!) : null;
}
