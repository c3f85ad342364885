namespace DpsPortal.Provisioning.Capabilities;

/// <summary>The checkpoints of the prune after a re-key, in order.</summary>
public static class PruneCheckpoints
{
    public const string BeforePrune = "dps.prune.before";
    public const string AfterPrune = "dps.prune.after";

    public static IReadOnlyList<string> All { get; } = [BeforePrune, AfterPrune];
}
