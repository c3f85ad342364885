using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Settings;

/// <summary>An instance's shared access policies. Keys are here only between an explicit reveal and the moment they are hidden or left.</summary>
public sealed partial class PoliciesPanel
{
    private readonly Load<SharedAccessPolicies> _policies = new();
    private readonly Attempt _attempt = new();
    private RevealedPolicy? _revealed;
    private string? _removed;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Inject] private IInstanceSettingsService Settings { get; set; } = null!;

    [Inject] private EnvironmentInfo Place { get; set; } = null!;

    [Inject] private Confirmation Confirmation { get; set; } = null!;

    private bool MayReveal => PermissionMatrix.Allows(Person.Role, Permission.RevealPolicyKeys);

    /// <summary>Why nothing can be changed by this reader, or now.</summary>
    private string? Shut =>
        !PermissionMatrix.Allows(Person.Role, Permission.EditInstanceSettings) ? T.OnlyRolesMay(Permission.EditInstanceSettings)
        : _policies.Value is { } read && IsStale(read.ReadAt) ? T["BlockedStale"]
        : null;

    private string? ShutId => Shut is null ? null : "policies-shut";

    protected override bool Concerns(PortalChange change) => change.Kind == PortalChangeKind.Instance && change.Subject == Instance;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadIntoAsync(_policies, () => Settings.ListPoliciesAsync(Person, Instance, cancellationToken));
        if (_policies.Value is { } read && read.Policies.All(policy => policy.Name != _revealed?.Policy))
        {
            _revealed = null;
        }
    }

    private async Task RevealAsync(string policy)
    {
        (_revealed, _removed) = (null, null);
        await _attempt.RunAsync(() => Settings.RevealPolicyAsync(Person, Instance, policy, Leaving), revealed => _revealed = revealed);
    }

    private async Task ConfirmRemoveAsync(string policy)
    {
        if (await Confirmation.AskAsync(T["RemovePolicyTitle"], WhatBreaks(policy), T["RemovePolicyConfirm"], Leaving, final: true))
        {
            _removed = null;
            await _attempt.RunAsync(() => Settings.RemovePolicyAsync(Person, Instance, policy, Leaving), _ => _removed = policy);
            await RefreshAsync();
        }
    }

    /// <summary>Where the focus goes when the keys are hidden again.</summary>
    private static string OpenerOf(string policy) => $"[data-opens='{policy}']";

    private string WhatBreaks(string policy) => string.Join(' ', new[]
    {
        T["RemovePolicyText", policy],
        _policies.Value is { Policies.Count: 1 } ? T["RemoveLastPolicyText"] : null,
        policy == SharedAccessPolicy.Owner && Place.SampleData ? T["RemoveOwnerPolicyText"] : null,
    }.OfType<string>());
}
