using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;

namespace DpsPortal.Features.Instances.Creation;

/// <summary>What the creation wizard holds, and the checks it can make without asking anybody. The services check all of it again.</summary>
public sealed class NewInstanceForm
{
    /// <summary>Made with the form, so that what checks prepare is the creation's own.</summary>
    public Guid Id { get; } = Guid.CreateVersion7();

    public string? Name { get; set; }

    public string? ResourceGroup { get; set; }

    public string? Location { get; set; }

    public bool CustomerManaged { get; set; } = true;

    public KeyChoice KeyChoice { get; } = new();

    public string? IdentityName { get; set; }

    private string? _suggested;

    public string? Key => CustomerManaged ? KeyChoice.Identifier : null;

    /// <summary>Named after the instance, unless somebody has named it otherwise.</summary>
    public void SuggestIdentity()
    {
        if (IdentityName == _suggested)
        {
            IdentityName = _suggested = $"id-{Name?.Trim()}";
        }
    }

    internal InstanceDraft ToDraft(WizardStep step, DateTimeOffset at) => new(
        Name, ResourceGroup, Location, CustomerManaged, KeyChoice.Paste, KeyChoice.Picked?.ToString(), KeyChoice.PinnedVersion, KeyChoice.Pasted, IdentityName,
        step, at);

    internal static NewInstanceForm Of(InstanceDraft draft)
    {
        var form = new NewInstanceForm
        {
            Name = draft.Name,
            ResourceGroup = draft.ResourceGroup,
            Location = draft.Location,
            CustomerManaged = draft.CustomerManaged,
            IdentityName = draft.IdentityName,
            _suggested = draft.IdentityName == $"id-{draft.Name?.Trim()}" ? draft.IdentityName : null,
        };
        (form.KeyChoice.Paste, form.KeyChoice.PinnedVersion, form.KeyChoice.Pasted) = (draft.Paste, draft.PinnedVersion, draft.Pasted);
        form.KeyChoice.Picked = KeyIdentifier.TryParse(draft.Picked, out var picked) ? picked : null;
        return form;
    }

    public NewInstance ToRequest() => new(
        Name?.Trim() ?? "",
        ResourceGroup?.Trim() ?? "",
        Location ?? "",
        CustomerManaged,
        CustomerManaged ? IdentityName?.Trim() : null,
        Key)
    {
        Id = Id,
    };

    /// <returns>What is wrong with the fields of a step, by field name of <see cref="NewInstance"/>.</returns>
    internal IReadOnlyList<Refusal> Faults(WizardStep step, IReadOnlyCollection<string> takenNames) => [.. step switch
    {
        WizardStep.Basics => BasicsFaults(takenNames),
        WizardStep.Encryption => EncryptionFaults(),
        WizardStep.Identity => IdentityFaults(),
        _ => [],
    }];

    /// <summary>On which step a field stands, so that a refusal from the services can be shown where it can be mended.</summary>
    internal static WizardStep? StepOf(string? field) => field switch
    {
        nameof(NewInstance.Name) or nameof(NewInstance.ResourceGroup) or nameof(NewInstance.Location) => WizardStep.Basics,
        nameof(NewInstance.Key) or nameof(NewInstance.CustomerManaged) => WizardStep.Encryption,
        nameof(NewInstance.IdentityName) => WizardStep.Identity,
        _ => null,
    };

    private IEnumerable<Refusal> BasicsFaults(IReadOnlyCollection<string> takenNames)
    {
        if (!InstanceName.IsValid(Name?.Trim()))
        {
            yield return new Refusal(ProvisioningRefusals.InstanceNameInvalid, nameof(NewInstance.Name));
        }
        else if (takenNames.Contains(Name!.Trim(), StringComparer.OrdinalIgnoreCase))
        {
            yield return new Refusal(ProvisioningRefusals.InstanceNameTaken, nameof(NewInstance.Name));
        }

        if (string.IsNullOrWhiteSpace(ResourceGroup))
        {
            yield return new Refusal(ServiceRefusals.ResourceGroupInvalid, nameof(NewInstance.ResourceGroup));
        }

        if (string.IsNullOrEmpty(Location))
        {
            yield return new Refusal(ProvisioningRefusals.LocationMissing, nameof(NewInstance.Location));
        }
    }

    private IEnumerable<Refusal> EncryptionFaults()
    {
        if (CustomerManaged && !KeyIdentifier.TryParse(Key, out _))
        {
            yield return new Refusal(ProvisioningRefusals.KeyIdentifierInvalid, nameof(NewInstance.Key));
        }
        else if (CustomerManaged && KeyChoice.Unsuitable is { } why)
        {
            yield return why with { Field = nameof(NewInstance.Key) };
        }
    }

    private IEnumerable<Refusal> IdentityFaults()
    {
        if (CustomerManaged && !ResourceNames.IsIdentity(IdentityName?.Trim()))
        {
            yield return new Refusal(ServiceRefusals.IdentityNameInvalid, nameof(NewInstance.IdentityName));
        }
    }
}
