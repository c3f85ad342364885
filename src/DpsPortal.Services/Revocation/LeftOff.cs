namespace DpsPortal.Services.Revocation;

/// <param name="Subject">The version, or the id of the role assignment.</param>
/// <param name="WantedBy">The operation of the other revocation.</param>
internal sealed record LeftOff(string Subject, Guid WantedBy);
