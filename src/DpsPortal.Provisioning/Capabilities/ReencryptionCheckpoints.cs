namespace DpsPortal.Provisioning.Capabilities;

/// <summary>The checkpoints of a re-encryption, in order; the second is reached after every part.</summary>
public static class ReencryptionCheckpoints
{
    public const string AfterStart = "dps.reencrypt.after-start";
    public const string AfterPart = "dps.reencrypt.after-part";
    public const string BeforeFinish = "dps.reencrypt.before-finish";
    public const string AfterFinish = "dps.reencrypt.after-finish";

    public static IReadOnlyList<string> All { get; } = [AfterStart, AfterPart, BeforeFinish, AfterFinish];
}
