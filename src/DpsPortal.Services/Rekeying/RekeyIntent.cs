using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Rekeying;

/// <param name="From">The version that wrapped the instance key when it was asked for.</param>
/// <param name="Key">Versionless or pinned, as the person chose it.</param>
internal sealed record RekeyIntent(KeyIdentifier From, KeyIdentifier Key, ManagedIdentity Identity);
