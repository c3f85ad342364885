namespace DpsPortal.Services.Instances;

/// <summary>Why something prepared was taken back, as the activity log keeps it; each has a text in the portal's resources.</summary>
public enum TakeBackReason
{
    /// <summary>The wizard was left without creating the instance.</summary>
    GivenUp,

    /// <summary>Another identity or another key was chosen.</summary>
    ChoseAnother,

    /// <summary>The creation or the re-key that it was made for could not be done.</summary>
    OperationFailed,

    /// <summary>The portal had ended before it was taken back, and does so at its next start.</summary>
    LeftOver,

    /// <summary>A revocation wants it off.</summary>
    Revoked,
}
