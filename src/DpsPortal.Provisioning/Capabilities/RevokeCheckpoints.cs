namespace DpsPortal.Provisioning.Capabilities;

/// <summary>The checkpoints of a recheck that finds access denied, in order.</summary>
public static class RevokeCheckpoints
{
    public const string AfterDenial = "dps.revoke.after-denial";
    public const string AfterDurableEpoch = "dps.revoke.after-durable-epoch";
    public const string AfterDrain = "dps.revoke.after-drain";

    public static IReadOnlyList<string> All { get; } = [AfterDenial, AfterDurableEpoch, AfterDrain];
}
