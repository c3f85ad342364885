namespace DpsPortal.Provisioning.Capabilities;

/// <summary>
/// Named points between the steps of an operation. Nothing happens there in production; crash tests end the
/// process at one and prove that a restart completes or undoes what was under way.
/// </summary>
public interface ICheckpoints
{
    void Reached(string checkpoint);
}

/// <summary>The checkpoints of a re-wrap or a re-key inside DPS, in order.</summary>
public static class RewrapCheckpoints
{
    public const string BeforeWrap = "dps.rewrap.before-wrap";
    public const string AfterWrap = "dps.rewrap.after-wrap";
    public const string AfterVerify = "dps.rewrap.after-verify";
    public const string AfterSwitch = "dps.rewrap.after-switch";

    public static IReadOnlyList<string> All { get; } = [BeforeWrap, AfterWrap, AfterVerify, AfterSwitch];
}

/// <summary>The checkpoints of the prune after a re-key, in order.</summary>
public static class PruneCheckpoints
{
    public const string BeforePrune = "dps.prune.before";
    public const string AfterPrune = "dps.prune.after";

    public static IReadOnlyList<string> All { get; } = [BeforePrune, AfterPrune];
}

/// <summary>The checkpoints of a recheck that finds access denied, in order.</summary>
public static class RevokeCheckpoints
{
    public const string AfterDenial = "dps.revoke.after-denial";
    public const string AfterDurableEpoch = "dps.revoke.after-durable-epoch";
    public const string AfterDrain = "dps.revoke.after-drain";

    public static IReadOnlyList<string> All { get; } = [AfterDenial, AfterDurableEpoch, AfterDrain];
}

/// <summary>The checkpoints of a re-encryption, in order; the second is reached after every part.</summary>
public static class ReencryptionCheckpoints
{
    public const string AfterStart = "dps.reencrypt.after-start";
    public const string AfterPart = "dps.reencrypt.after-part";
    public const string BeforeFinish = "dps.reencrypt.before-finish";
    public const string AfterFinish = "dps.reencrypt.after-finish";

    public static IReadOnlyList<string> All { get; } = [AfterStart, AfterPart, BeforeFinish, AfterFinish];
}

/// <summary>The production checkpoints: none.</summary>
public sealed class NoCheckpoints : ICheckpoints
{
    public void Reached(string checkpoint) { }
}
