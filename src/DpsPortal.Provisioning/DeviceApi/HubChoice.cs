namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>Where a device goes, or why nowhere.</summary>
internal abstract record HubChoice
{
    private HubChoice() { }

    /// <param name="How">For the operations log.</param>
    public sealed record Hub(string HostName, string How) : HubChoice;

    public sealed record None(int ErrorCode, string Reason) : HubChoice;
}
