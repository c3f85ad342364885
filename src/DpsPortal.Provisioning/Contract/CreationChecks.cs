namespace DpsPortal.Provisioning.Contract;

/// <summary>The checks in the order they ran. A creation is possible when every one passed.</summary>
public sealed record CreationChecks(IReadOnlyList<CreationCheck> Checks)
{
    public bool AllPassed => Checks.All(check => check.Result == CheckResult.Passed);
}
