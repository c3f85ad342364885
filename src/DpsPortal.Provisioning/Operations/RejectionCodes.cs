using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Operations;

/// <summary>Codes of operations refused for want of the key.</summary>
internal static class RejectionCodes
{
    public static (int Status, int Code) Of(KeyAccess access)
    {
        var rejection = KeyRejection.OfService(access);
        return (rejection.StatusCode, rejection.ErrorCode);
    }

    public static string RefusalOf(KeyAccess access) => access switch
    {
        KeyAccess.Revoked => ProvisioningRefusals.KeyAccessRevoked,
        KeyAccess.Misconfigured => ProvisioningRefusals.KeyMisconfigured,
        _ => ProvisioningRefusals.KeyAccessUnavailable,
    };
}
