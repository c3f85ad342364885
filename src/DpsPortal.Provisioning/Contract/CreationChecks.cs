namespace DpsPortal.Provisioning.Contract;

/// <summary>The checks in the order they ran. A creation is possible when every one passed.</summary>
public sealed record CreationChecks(IReadOnlyList<CreationCheck> Checks)
{
    public bool AllPassed => Checks.All(check => check.Result == CheckResult.Passed);
}

/// <param name="Name">Which check.</param>
/// <param name="Refusal">Why it failed and what to do; only with <see cref="CheckResult.Failed"/>.</param>
public sealed record CreationCheck(CreationCheckName Name, CheckResult Result, Refusal? Refusal = null);

public enum CreationCheckName
{
    InstanceName,
    KeyIdentifier,
    VaultAnswers,
    KeyExists,
    KeyTypeAndSize,
    KeyEnabledAndValid,
    KeyOperations,
    PurgeProtection,
    Wrap,
    Unwrap,
}

public enum CheckResult
{
    Passed,
    Failed,

    /// <summary>Not run, because an earlier check failed.</summary>
    Skipped,
}
