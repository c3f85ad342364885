namespace DpsPortal.Provisioning.Enrollments;

/// <summary>How a write meets what is stored already.</summary>
internal enum WriteRule
{
    /// <summary>Creates without an etag, replaces with the current one.</summary>
    ByETag,

    /// <summary>The latest write stands, as when a device registers again.</summary>
    Always,
}
