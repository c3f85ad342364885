namespace DpsPortal.Provisioning.Capabilities;

/// <summary>The checkpoints of a re-wrap or a re-key inside DPS, in order.</summary>
public static class RewrapCheckpoints
{
    public const string BeforeWrap = "dps.rewrap.before-wrap";
    public const string AfterWrap = "dps.rewrap.after-wrap";
    public const string AfterVerify = "dps.rewrap.after-verify";
    public const string AfterSwitch = "dps.rewrap.after-switch";

    public static IReadOnlyList<string> All { get; } = [BeforeWrap, AfterWrap, AfterVerify, AfterSwitch];
}
