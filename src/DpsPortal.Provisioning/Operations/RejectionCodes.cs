using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Operations;

/// <summary>
/// Codes of operations refused for want of the key. They are simulated: Azure publishes none for DPS. 403011 is modelled on
/// IoT Hub's KeyEncryptionKeyRevoked.
/// </summary>
internal static class RejectionCodes
{
    public static (int Status, int Code) Of(KeyAccess access) => access == KeyAccess.Revoked ? (403, 403011) : (503, 503011);

    public static string RefusalOf(KeyAccess access) => access switch
    {
        KeyAccess.Revoked => ProvisioningRefusals.KeyAccessRevoked,
        KeyAccess.Misconfigured => ProvisioningRefusals.KeyMisconfigured,
        _ => ProvisioningRefusals.KeyAccessUnavailable,
    };
}
