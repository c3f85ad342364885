using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Rekeying;

/// <param name="To">The version that wraps the instance key since it moved.</param>
internal sealed record RekeyFacts(KeyIdentifier To);
