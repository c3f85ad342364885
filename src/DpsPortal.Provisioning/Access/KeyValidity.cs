using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>What a key's attributes say about its time. An expired key still unwraps; it takes on no new wraps.</summary>
internal static class KeyValidity
{
    public static AccessVerdict Judge(KeyProperties properties, DateTimeOffset domainNow)
    {
        if (properties.ExpiresOn <= domainNow)
        {
            return new AccessVerdict(KeyAccess.Degraded, KeyAccessCause.KeyExpired);
        }

        return properties.NotBefore > domainNow
            ? new AccessVerdict(KeyAccess.Degraded, KeyAccessCause.KeyNotYetValid)
            : AccessVerdict.Verified;
    }
}
