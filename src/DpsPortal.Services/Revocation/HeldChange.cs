using DpsPortal.Services.Impact;

namespace DpsPortal.Services.Revocation;

/// <summary>One thing that a revocation took at the vault, as the vault says that it is now.</summary>
/// <param name="AlsoWantedBy">Another revocation that stands and wants the same off: restoring this one leaves it.</param>
public sealed record HeldChange(VaultChange Change, HoldState State, Guid? AlsoWantedBy = null);
