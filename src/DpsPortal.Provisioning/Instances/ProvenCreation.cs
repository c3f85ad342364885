using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Instances;

/// <summary>The checks of a creation, and when all passed and a key was chosen, the first wrapped form of the instance key.</summary>
internal sealed record ProvenCreation(CreationChecks Checks, WrappedForm? Form)
{
    public Refusal? Refusal => Checks.Checks.FirstOrDefault(check => check.Result == CheckResult.Failed)?.Refusal;
}
