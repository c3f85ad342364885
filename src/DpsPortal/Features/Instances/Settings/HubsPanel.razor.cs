using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Settings;

/// <summary>The IoT hubs to which an instance may assign devices.</summary>
public sealed partial class HubsPanel
{
    private readonly Load<LinkedHubs> _hubs = new();
    private readonly Attempt _attempt = new();
    private LinkedHub? _unlinked;
    private string? _linkedAgain;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IInstanceSettingsService Settings { get; set; } = null!;

    [Inject] private Confirmation Confirmation { get; set; } = null!;

    /// <summary>Why nothing can be changed by this reader, or now.</summary>
    private string? Shut =>
        !PermissionMatrix.Allows(Person.Role, Permission.EditInstanceSettings) ? T.OnlyRolesMay(Permission.EditInstanceSettings)
        : _hubs.Value is { } read && IsStale(read.ReadAt) ? T["BlockedStale"]
        : null;

    private string? ShutId => Shut is null ? null : "hubs-shut";

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Instance && change.Subject == Instance;

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_hubs, () => Settings.ListHubsAsync(Person, Instance, cancellationToken));

    private async Task ConfirmUnlinkAsync(LinkedHub hub)
    {
        var last = _hubs.Value is { Hubs.Count: 1 };
        var text = last ? $"{T["UnlinkHubText", hub.HostName]} {T["UnlinkLastHubText"]}" : T["UnlinkHubText", hub.HostName];
        if (await Confirmation.AskAsync(T["UnlinkHubTitle"], text, T["Unlink"], Leaving))
        {
            (_unlinked, _linkedAgain) = (null, null);
            await _attempt.RunAsync(() => Settings.UnlinkHubAsync(Person, Instance, hub.HostName, Leaving), _ => _unlinked = hub);
            await RefreshAsync();
        }
    }

    private async Task LinkAgainAsync(LinkedHub hub)
    {
        await _attempt.RunAsync(() => Settings.LinkHubAsync(Person, Instance, hub, Leaving), _ => (_unlinked, _linkedAgain) = (null, hub.HostName));
        await RefreshAsync();
    }
}
