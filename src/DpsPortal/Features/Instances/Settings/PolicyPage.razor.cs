using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Settings;

/// <summary>Creates a shared access policy, or changes the rights of one.</summary>
public sealed partial class PolicyPage
{
    private readonly Load<SharedAccessPolicies> _policies = new();
    private readonly Attempt _attempt = new();
    private string? _name;
    private AccessRights _rights;
    private bool _missing;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    /// <summary>The policy to change; without it a new one is made.</summary>
    [Parameter] public string? Name { get; set; }

    [Inject] private IInstanceSettingsService Settings { get; set; } = null!;

    private bool IsNew => Name is null;

    private string Back => Addresses.Instance(Instance, "connect");

    // Nothing may change under the hands of somebody who edits: it is read once.
    protected override bool Concerns(PortalChange change) => false;

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_policies.HasValue)
        {
            return;
        }

        await ReadIntoAsync(_policies, () => Settings.ListPoliciesAsync(Person, Instance, cancellationToken));
        if (!IsNew && _policies.Value is { } read)
        {
            var known = read.Policies.FirstOrDefault(policy => string.Equals(policy.Name, Name, StringComparison.OrdinalIgnoreCase));
            (_missing, _rights) = (known is null, known?.Rights ?? AccessRights.None);
        }
    }

    private async Task SaveAsync() => await _attempt.RunAsync(
        () => IsNew
            ? Settings.CreatePolicyAsync(Person, Instance, new SharedAccessPolicy(_name?.Trim() ?? "", _rights), Leaving)
            : Settings.ChangePolicyAsync(Person, Instance, new SharedAccessPolicy(Name!, _rights), Leaving),
        _ => GoOnTo(Back), leaves: true);

    private bool HasError(string field) => _attempt.Refusal?.Field == field;

    private string? Error(string field) => HasError(field) ? T.Of(_attempt.Refusal!) : null;
}
