namespace DpsPortal.Provisioning.Access;

/// <summary>What came of one call to a vault: its answer, or what the failure says about access.</summary>
internal abstract record VaultReply<T>
{
    private VaultReply() { }

    public sealed record Answered(T Value) : VaultReply<T>;

    /// <param name="RetryAfter">How long the vault asked to be left alone, if it did.</param>
    public sealed record Failed(AccessVerdict Verdict, TimeSpan? RetryAfter = null) : VaultReply<T>;
}
