namespace DpsPortal.Provisioning.Contract;

public enum CreationCheckName
{
    InstanceName,
    KeyIdentifier,
    VaultAnswers,
    KeyExists,
    KeyTypeAndSize,
    KeyEnabledAndValid,
    KeyOperations,
    PurgeProtection,
    Wrap,
    Unwrap,
}
