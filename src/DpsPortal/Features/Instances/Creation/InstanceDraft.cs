namespace DpsPortal.Features.Instances.Creation;

/// <summary>What of a creation that was begun is kept: everything that was chosen, and how far it had come.</summary>
/// <param name="Picked">Key identifier; what cannot be read any more is not picked.</param>
internal sealed record InstanceDraft(
    string? Name,
    string? ResourceGroup,
    string? Location,
    bool CustomerManaged,
    bool Paste,
    string? Picked,
    string? PinnedVersion,
    string? Pasted,
    string? IdentityName,
    WizardStep Step,
    DateTimeOffset At)
{
    /// <summary>The name of the form among drafts.</summary>
    public const string Form = "new-instance";

    public bool IsEmpty => CustomerManaged && string.IsNullOrWhiteSpace($"{Name}{ResourceGroup}{Location}{Picked}{Pasted}{IdentityName}");

    /// <summary>The checks make an identity and a role: they run when somebody goes on to them, not because a page was opened.</summary>
    public WizardStep Resumes => !Enum.IsDefined(Step) ? WizardStep.Start : Step > WizardStep.Identity ? WizardStep.Identity : Step;
}
