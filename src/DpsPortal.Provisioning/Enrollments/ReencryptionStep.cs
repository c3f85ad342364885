namespace DpsPortal.Provisioning.Enrollments;

/// <summary>How a part of a re-encryption ended.</summary>
internal enum ReencryptionStep
{
    /// <summary>A part was written; there may be more.</summary>
    Advanced,

    /// <summary>The key cannot be used now; nothing was changed.</summary>
    Denied,

    Finished,
}
