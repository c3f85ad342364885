using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Revocation;

public sealed partial class RevokePage
{
    private readonly Load<Outcome<KeyDetail>> _key = new();
    private readonly Load<Outcome<RevocationImpact>> _impact = new();
    private readonly Attempt _attempt = new();
    private RevokeWhy? _why;
    private RevocationMethod? _method;
    private string? _instance;
    private string? _version;
    private RevocationImpact? _acknowledged;
    private string? _reason;
    private bool _impactMoved;

    [Parameter, EditorRequired] public string Vault { get; set; } = "";

    [Parameter, EditorRequired] public string Name { get; set; } = "";

    /// <summary>Comes with links from an instance: revoke by the role of its identity.</summary>
    [SupplyParameterFromQuery(Name = "instance")] public string? FromInstance { get; set; }

    /// <summary>Comes with links from a version.</summary>
    [SupplyParameterFromQuery(Name = "version")] public string? FromVersion { get; set; }

    [Inject] private IKeyService Keys { get; set; } = null!;

    [Inject] private IRevocationService Revocations { get; set; } = null!;

    private KeyDetail? Detail => (_key.Value as Outcome<KeyDetail>.Done)?.Value;

    private RevocationImpact? Impact => (_impact.Value as Outcome<RevocationImpact>.Done)?.Value;

    private bool IsAcknowledged => Impact is { } impact && _acknowledged?.Covers(impact) is true;

    private string? Blocked =>
        RevokeGate.Of(Impact, !_impact.Failed, _acknowledged, _reason, Now) is { } block ? T.Of(block) : null;

    private string AcknowledgeText => AcknowledgeWords.Of(T, Impact);

    protected override void OnInitialized()
    {
        base.OnInitialized();
        (_instance, _version) = (FromInstance, FromVersion);
        _method = FromInstance is not null ? RevocationMethod.RemoveRole : FromVersion is not null ? RevocationMethod.DisableVersion : null;
    }

    protected override bool Concerns(PortalChange change) => change.Kind is PortalChangeKind.Key or PortalChangeKind.Instance;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_key, () => Keys.GetAsync(Person, Vault, Name, cancellationToken));
        if (Detail is not { } key)
        {
            return;
        }

        if (Target(key) is { } target)
        {
            await ReadIntoAsync(_impact, () => Revocations.PreviewAsync(Person, target, cancellationToken));
            // What was acknowledged is no longer what would happen: it has to be read again.
            _impactMoved |= _acknowledged is not null && Impact is not null && !IsAcknowledged;
            _acknowledged = IsAcknowledged ? _acknowledged : null;
        }
    }

    private RevocationTarget? Target(KeyDetail key) => _method switch
    {
        RevocationMethod.RemoveRole when key.InUse.Any(dependent => dependent.Instance == _instance) => new(RevocationMethod.RemoveRole, key.Key, _instance),
        RevocationMethod.DisableVersion when key.Versions.Any(version => version.Id.Version == _version) =>
            new(RevocationMethod.DisableVersion, key.Key.WithVersion(_version!)),
        RevocationMethod.DisableKey => new(RevocationMethod.DisableKey, key.Key),
        _ => null,
    };

    private Task ChooseAsync(MethodChoice.Choice choice)
    {
        (_method, _instance, _version) = (choice.Method, choice.Instance, choice.Version);
        (_acknowledged, _impactMoved) = (null, false);
        _attempt.Forget();
        _impact.Reset();
        return RefreshAsync();
    }

    private void Acknowledge(ChangeEventArgs change) =>
        (_acknowledged, _impactMoved) = (change.Value is true ? Impact : null, false);

    private async Task RevokeAsync()
    {
        var started = await _attempt.RunAsync(
            () => Revocations.StartAsync(Person, Impact!.Target, Impact.Fingerprint, _why!.Value, _reason!.Trim(), Leaving),
            operation => GoOnTo(Addresses.Operation(operation)), leaves: true);
        if (!started && _attempt.Refusal is not null)
        {
            await RefreshAsync();
        }
    }
}
