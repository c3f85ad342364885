namespace DpsPortal.Provisioning.Contract;

/// <param name="Name">Which check.</param>
/// <param name="Refusal">Why it failed and what to do; only with <see cref="CheckResult.Failed"/>.</param>
public sealed record CreationCheck(CreationCheckName Name, CheckResult Result, Refusal? Refusal = null);
