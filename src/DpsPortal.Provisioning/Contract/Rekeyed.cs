namespace DpsPortal.Provisioning.Contract;

/// <param name="Configured">The key as configured from now on.</param>
/// <param name="From">The version that wrapped the instance key before.</param>
/// <param name="To">The version that wraps it now.</param>
public sealed record Rekeyed(KeyIdentifier Configured, KeyIdentifier From, KeyIdentifier To);
