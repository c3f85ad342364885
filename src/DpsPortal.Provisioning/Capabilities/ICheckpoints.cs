namespace DpsPortal.Provisioning.Capabilities;

/// <summary>
/// Named points between the steps of an operation. Nothing happens there in production; crash tests end the
/// process at one and prove that a restart completes or undoes what was under way.
/// </summary>
public interface ICheckpoints
{
    void Reached(string checkpoint);
}
