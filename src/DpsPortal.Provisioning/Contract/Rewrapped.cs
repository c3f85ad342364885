namespace DpsPortal.Provisioning.Contract;

/// <param name="From">The version that wrapped the instance key before.</param>
/// <param name="To">The version that wraps it now.</param>
public sealed record Rewrapped(KeyIdentifier From, KeyIdentifier To);
