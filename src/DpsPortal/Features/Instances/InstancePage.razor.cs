using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Revocation;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances;

public sealed partial class InstancePage
{
    private static readonly string[] TabNames = ["overview", "enrollments", "connect", "hubs", "rejected", "verify", "activity"];

    private readonly Load<InstanceOverview?> _instance = new();
    private readonly Attempt _recheck = new();
    private KeyAccessStatus? _rechecked;
    private AccessLoss? _loss;
    private IReadOnlyList<ActiveRevocation> _standing = [];

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    [SupplyParameterFromQuery] public string? Tab { get; set; }

    // The next three are the enrollments' own. A panel cannot take them from the address itself: it would begin to listen to the address
    // in the middle of being told of a change, which the framework does not survive.
    [SupplyParameterFromQuery] public string? Kind { get; set; }

    [SupplyParameterFromQuery] public string? Group { get; set; }

    [SupplyParameterFromQuery] public string? After { get; set; }

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private IActivityLog ActivityLog { get; set; } = null!;

    [Inject] private IRevocationService Revocations { get; set; } = null!;

    [Inject] private EnvironmentInfo Place { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    private string CurrentTab => Array.IndexOf(TabNames, Tab) > 0 ? Tab! : TabNames[0];

    private InstanceEncryption.CustomerManagedKey? Customer => _instance.Value?.Instance.Encryption as InstanceEncryption.CustomerManagedKey;

    private string? Lead => _instance.Value is { } found ? $"{found.Instance.ResourceGroup} · {found.Instance.Location}" : null;

    private IReadOnlyList<Crumb> Tabs => [.. TabNames.Select(tab => new Crumb(T[$"InstanceTab_{tab}"], Addresses.Instance(Name, tab)))];

    protected override bool Concerns(PortalChange change) =>
        (change.Kind == PortalChangeKind.Instance && change.Subject == Name) || change.Kind == PortalChangeKind.Key
        || (change.Kind == PortalChangeKind.Activity && change.Subject == Name && IsWithout);

    protected override Task ReadAsync(CancellationToken cancellationToken) =>
        ReadIntoAsync(_instance, async () =>
        {
            var found = await Instances.GetAsync(Person, Name, cancellationToken);
            _loss = IsCut(found) ? (await ActivityLog.FindLossesAsync(Person, [found!.Instance.Name], cancellationToken)).GetValueOrDefault(found.Instance.Name) : null;
            _standing = IsCut(found) ? [.. (await Revocations.ListActiveAsync(Person, cancellationToken)).Where(one => one.Without.Contains(found!.Instance.Name))] : [];
            return found;
        });

    private bool IsWithout => IsCut(_instance.Value);

    private static bool IsCut(InstanceOverview? overview) =>
        overview?.Instance.Encryption is InstanceEncryption.CustomerManagedKey { Access.Access: KeyAccess.Revoked or KeyAccess.Misconfigured };

    private async Task RecheckAsync()
    {
        _rechecked = null;
        await _recheck.RunAsync(() => Instances.RecheckAsync(Person, Name, Leaving), status => _rechecked = status);
        await RefreshAsync();
    }
}
