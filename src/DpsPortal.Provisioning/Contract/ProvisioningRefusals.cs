namespace DpsPortal.Provisioning.Contract;

/// <summary>The codes with which the simulated DPS refuses a call. Each has a text in the portal's resources.</summary>
public static class ProvisioningRefusals
{
    public const string InstanceNameInvalid = nameof(InstanceNameInvalid);
    public const string InstanceNameTaken = nameof(InstanceNameTaken);
    public const string InstanceUnknown = nameof(InstanceUnknown);
    public const string LocationMissing = nameof(LocationMissing);
    public const string NotCustomerManaged = nameof(NotCustomerManaged);

    public const string KeyIdentifierInvalid = nameof(KeyIdentifierInvalid);
    public const string VaultNotAllowed = nameof(VaultNotAllowed);
    public const string VaultUnreachable = nameof(VaultUnreachable);
    public const string IdentityMissing = nameof(IdentityMissing);
    public const string KeyNotFound = nameof(KeyNotFound);
    public const string KeyVersionNotFound = nameof(KeyVersionNotFound);
    public const string KeyTypeUnsupported = nameof(KeyTypeUnsupported);
    public const string KeySizeUnsupported = nameof(KeySizeUnsupported);
    public const string KeyDisabled = nameof(KeyDisabled);
    public const string KeyExpired = nameof(KeyExpired);
    public const string KeyNotYetValid = nameof(KeyNotYetValid);
    public const string KeyOperationsMissing = nameof(KeyOperationsMissing);
    public const string PurgeProtectionMissing = nameof(PurgeProtectionMissing);
    public const string AccessDenied = nameof(AccessDenied);
    public const string WrapFailed = nameof(WrapFailed);
    public const string UnwrapFailed = nameof(UnwrapFailed);
    public const string UnwrappedKeyDiffers = nameof(UnwrappedKeyDiffers);

    public const string KeyAccessRevoked = nameof(KeyAccessRevoked);
    public const string KeyAccessUnavailable = nameof(KeyAccessUnavailable);
    public const string KeyMisconfigured = nameof(KeyMisconfigured);
    public const string VersionFenced = nameof(VersionFenced);
    public const string TargetIsAnotherKey = nameof(TargetIsAnotherKey);

    public const string RecordIdInvalid = nameof(RecordIdInvalid);
    public const string RecordExists = nameof(RecordExists);
    public const string RecordNotFound = nameof(RecordNotFound);

    /// <summary>A field with a closed set of values has another one. Arguments: the values it may have.</summary>
    public const string RecordFieldInvalid = nameof(RecordFieldInvalid);

    public const string RecordTooLarge = nameof(RecordTooLarge);
    public const string RecordCorrupt = nameof(RecordCorrupt);
    public const string ETagMismatch = nameof(ETagMismatch);
    public const string AttestationInvalid = nameof(AttestationInvalid);
    public const string GroupLimitReached = nameof(GroupLimitReached);
}
