namespace DpsPortal.Services.Operations;

/// <summary>How far an operation is, or how it ended.</summary>
public enum OperationState
{
    Running,

    /// <summary>A dependency does not answer; it will be tried again by itself.</summary>
    Waiting,

    Succeeded,

    /// <summary>It could not be done, and nothing of it is left.</summary>
    Failed,

    /// <summary>All was changed, but DPS could not confirm the effect.</summary>
    Unconfirmed,

    /// <summary>Something lasting was changed, and not all that it should have been.</summary>
    Partial,

    /// <summary>
    /// What is stored of it is damaged: what it did is not known. Steps and failure are empty then, and a time that cannot be read is
    /// <see cref="DateTimeOffset.UnixEpoch"/>. Never stored.
    /// </summary>
    Unreadable,
}
