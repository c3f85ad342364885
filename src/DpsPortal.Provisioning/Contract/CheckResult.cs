namespace DpsPortal.Provisioning.Contract;

public enum CheckResult
{
    Passed,
    Failed,

    /// <summary>Not run, because an earlier check failed.</summary>
    Skipped,
}
