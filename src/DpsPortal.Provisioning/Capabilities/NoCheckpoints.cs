namespace DpsPortal.Provisioning.Capabilities;

/// <summary>The production checkpoints: none.</summary>
public sealed class NoCheckpoints : ICheckpoints
{
    public void Reached(string checkpoint) { }
}
