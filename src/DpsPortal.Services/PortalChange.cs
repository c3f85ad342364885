namespace DpsPortal.Services;

/// <summary>One thing that is other than it was when a page read it.</summary>
/// <param name="Subject">Name of the instance, versionless key identifier or id of the operation.</param>
public sealed record PortalChange(PortalChangeKind Kind, string Subject);
