using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Operations;

/// <summary>An instance whose access an operation was about.</summary>
/// <param name="Access"><see langword="null"/> when DPS has no such instance any more, or it needs no key of the customer's.</param>
public sealed record TouchedInstance(string Name, KeyAccessStatus? Access);
