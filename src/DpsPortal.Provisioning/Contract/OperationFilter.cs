namespace DpsPortal.Provisioning.Contract;

/// <summary>Each given member narrows the list.</summary>
/// <param name="Rejected">Only what failed because of the key, or only what did not.</param>
/// <param name="Cause">Only what failed because of the key for this cause.</param>
/// <param name="Record">Only of records whose id contains this.</param>
public sealed record OperationFilter(bool? Rejected = null, KeyAccessCause? Cause = null, string? Record = null);
