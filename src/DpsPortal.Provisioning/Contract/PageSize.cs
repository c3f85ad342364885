namespace DpsPortal.Provisioning.Contract;

/// <summary>How many a page of DPS's lists has: what is asked for, within these bounds.</summary>
public static class PageSize
{
    public const int Most = 200;

    internal static int Within(int asked) => Math.Clamp(asked, 1, Most);
}
