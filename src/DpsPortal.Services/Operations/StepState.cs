namespace DpsPortal.Services.Operations;

/// <summary>How far a step is.</summary>
public enum StepState
{
    Pending,
    Running,
    Done,
    Failed,
}
