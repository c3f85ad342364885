namespace DpsPortal.Provisioning.Contract;

/// <summary>
/// What DPS answers to an operation for which it has no access to the key: six digits, the first three the HTTP status. Simulated,
/// Azure publishes none for DPS: 403011 is modelled on IoT Hub's KeyEncryptionKeyRevoked, and a device is told to come back instead.
/// Who predicts an answer reads it here, where DPS reads it.
/// </summary>
public readonly record struct KeyRejection(int ErrorCode)
{
    private static readonly KeyRejection Revoked = new(403011);
    private static readonly KeyRejection NotNow = new(503011);

    public int StatusCode => ErrorCode / 1000;

    /// <summary>How long a caller is asked to wait whose request is to be tried again.</summary>
    public static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(30);

    /// <summary>On the service API and in the contract.</summary>
    public static KeyRejection OfService(KeyAccess access) => access == KeyAccess.Revoked ? Revoked : NotNow;

    /// <summary>On the device API, whatever the reason: a device cannot mend it; 5xx makes its client back off and keep what it has.</summary>
    public static KeyRejection OfDevice => NotNow;

    /// <summary>The refusal of what the contract refuses for this reason; its arguments are the cause and the vault's code or an empty text.</summary>
    public static Refusal RefusalOf(KeyAccess access, KeyAccessCause cause, string? vaultErrorCode) => new(
        access switch
        {
            KeyAccess.Revoked => ProvisioningRefusals.KeyAccessRevoked,
            KeyAccess.Misconfigured => ProvisioningRefusals.KeyMisconfigured,
            _ => ProvisioningRefusals.KeyAccessUnavailable,
        },
        null, cause.ToString(), vaultErrorCode ?? "");
}
