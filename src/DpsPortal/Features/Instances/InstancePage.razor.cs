using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
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
    private VersionNumbers _numbers = new();
    private KeyIdentifier? _numbered;

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    [SupplyParameterFromQuery] public string? Tab { get; set; }

    // The next ones are the enrollments' own. A panel cannot take them from the address itself: it would begin to listen to the address
    // in the middle of being told of a change, which the framework does not survive.
    [SupplyParameterFromQuery] public string? Kind { get; set; }

    [SupplyParameterFromQuery] public string? Group { get; set; }

    [SupplyParameterFromQuery] public string? After { get; set; }

    [SupplyParameterFromQuery] public string? Before { get; set; }

    [SupplyParameterFromQuery] public string? Search { get; set; }

    [SupplyParameterFromQuery] public string? Status { get; set; }

    [SupplyParameterFromQuery] public string? Order { get; set; }

    [Inject] private IInstanceService Instances { get; set; } = null!;

    [Inject] private IKeyService Keys { get; set; } = null!;

    [Inject] private IActivityLog ActivityLog { get; set; } = null!;

    [Inject] private IRevocationService Revocations { get; set; } = null!;

    [Inject] private EnvironmentInfo Place { get; set; } = null!;

    [Inject] private Viewer Viewer { get; set; } = null!;

    private EnrollmentsView View => new(Kind, Group, Search, Status, Order == EnrollmentsView.DescendingOrder, After, Before);

    private string CurrentTab => Array.IndexOf(TabNames, Tab) > 0 ? Tab! : TabNames[0];

    private InstanceEncryption.CustomerManagedKey? Customer => _instance.Value?.Instance.Encryption as InstanceEncryption.CustomerManagedKey;

    private string? Lead => _instance.Value is { } found ? $"{found.Instance.ResourceGroup} · {T.Region(found.Instance.Location)}" : null;

    private IReadOnlyList<Crumb> Tabs => [.. TabNames.Select(tab => new Crumb(T[$"InstanceTab_{tab}"], Addresses.Instance(Name, tab)))];

    protected override bool Concerns(PortalChange change) =>
        (change.Kind == PortalChangeKind.Instance && change.Subject == Name) || change.Kind == PortalChangeKind.Key
        || (change.Kind == PortalChangeKind.Operation && IsWithout)
        || (change.Kind == PortalChangeKind.Activity && change.Subject == Name && IsWithout);

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_instance, async () =>
        {
            var found = await Instances.GetAsync(Person, Name, cancellationToken);
            _loss = IsCut(found)
                ? (await ActivityLog.FindLossesAsync(Person, [found!.Instance.Name], cancellationToken)).GetValueOrDefault(found.Instance.Name)
                : null;
            _standing = IsCut(found)
                ? [.. (await Revocations.ListActiveAsync(Person, cancellationToken)).Where(one => one.Without.Contains(found!.Instance.Name))]
                : [];
            return found;
        });
        await ReadIntoAsync(new Load<bool>(), () => NumberAsync(_instance.Value, cancellationToken));
    }

    /// <summary>The vault is asked for the numbers of versions only when one is new.</summary>
    private async Task<bool> NumberAsync(InstanceOverview? overview, CancellationToken cancellationToken)
    {
        if (overview is not { Absence: null, Instance.Encryption: InstanceEncryption.CustomerManagedKey key })
        {
            return false;
        }

        if (_numbered != key.ConfiguredKey.Versionless)
        {
            (_numbers, _numbered) = (new VersionNumbers(), key.ConfiguredKey.Versionless);
        }

        if (!_numbers.Know(key.ConfiguredKey.Version, key.EffectiveKey.Version, overview.CurrentVersion)
            && await Keys.GetAsync(Person, key.ConfiguredKey.VaultName, key.ConfiguredKey.Name, cancellationToken) is Outcome<KeyDetail>.Done(var detail))
        {
            _numbers.Learn(detail.Versions);
        }

        return true;
    }

    private bool IsWithout => IsCut(_instance.Value);

    private static bool IsCut(InstanceOverview? overview) =>
        overview?.Instance.Encryption is InstanceEncryption.CustomerManagedKey { Access.Access: KeyAccess.Revoked or KeyAccess.Misconfigured };

    /// <summary>What DPS has not noticed yet only the overview tells, with when it will.</summary>
    private bool IsOutdated(InstanceEncryption.CustomerManagedKey key) =>
        key.Access.Access == KeyAccess.Degraded && _instance.Value?.Absence is { IsGone: true };

    private async Task RecheckAsync()
    {
        _rechecked = null;
        await _recheck.RunAsync(() => Instances.RecheckAsync(Person, Name, Leaving), status => _rechecked = status);
        await RefreshAsync();
    }
}
