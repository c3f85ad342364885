namespace DpsPortal.Provisioning.Contract;

/// <summary>The codes with which the simulated DPS refuses a call. Each has a text in the portal's resources.</summary>
public static class ProvisioningRefusals
{
    public const string InstanceNameInvalid = nameof(InstanceNameInvalid);
    /// <summary>Arguments: the name.</summary>
    public const string InstanceNameTaken = nameof(InstanceNameTaken);
    /// <summary>Arguments: the name.</summary>
    public const string InstanceUnknown = nameof(InstanceUnknown);
    public const string LocationMissing = nameof(LocationMissing);
    public const string NotCustomerManaged = nameof(NotCustomerManaged);

    public const string KeyIdentifierInvalid = nameof(KeyIdentifierInvalid);
    /// <summary>Arguments: the vault's host, then the domains that are allowed.</summary>
    public const string VaultNotAllowed = nameof(VaultNotAllowed);
    /// <summary>Arguments: the <see cref="KeyAccessCause"/>, the vault's code or an empty text.</summary>
    public const string VaultUnreachable = nameof(VaultUnreachable);
    public const string IdentityMissing = nameof(IdentityMissing);
    public const string KeyNotFound = nameof(KeyNotFound);
    /// <summary>Arguments: the version.</summary>
    public const string KeyVersionNotFound = nameof(KeyVersionNotFound);
    /// <summary>Arguments: the type.</summary>
    public const string KeyTypeUnsupported = nameof(KeyTypeUnsupported);
    /// <summary>Arguments: the size in bits.</summary>
    public const string KeySizeUnsupported = nameof(KeySizeUnsupported);
    public const string KeyDisabled = nameof(KeyDisabled);
    /// <summary>Arguments: when, in ISO 8601.</summary>
    public const string KeyExpired = nameof(KeyExpired);
    /// <summary>Arguments: from when, in ISO 8601.</summary>
    public const string KeyNotYetValid = nameof(KeyNotYetValid);
    /// <summary>Arguments: the missing operations.</summary>
    public const string KeyOperationsMissing = nameof(KeyOperationsMissing);
    /// <summary>Arguments: the key's recovery level.</summary>
    public const string PurgeProtectionMissing = nameof(PurgeProtectionMissing);
    /// <summary>Arguments: the <see cref="KeyAccessCause"/>, the vault's code or an empty text.</summary>
    public const string AccessDenied = nameof(AccessDenied);
    public const string WrapFailed = nameof(WrapFailed);
    public const string UnwrapFailed = nameof(UnwrapFailed);
    public const string UnwrappedKeyDiffers = nameof(UnwrappedKeyDiffers);

    /// <summary>Arguments: the <see cref="KeyAccessCause"/>, the vault's code or an empty text; so with the next two.</summary>
    public const string KeyAccessRevoked = nameof(KeyAccessRevoked);
    public const string KeyAccessUnavailable = nameof(KeyAccessUnavailable);
    public const string KeyMisconfigured = nameof(KeyMisconfigured);
    /// <summary>Arguments: the version.</summary>
    public const string VersionFenced = nameof(VersionFenced);
    /// <summary>Arguments: the target, the configured key.</summary>
    public const string TargetIsAnotherKey = nameof(TargetIsAnotherKey);
    /// <summary>Arguments: the version that wraps the instance key now, the <see cref="KeyAccessCause"/>, the vault's code or an empty text.</summary>
    public const string RekeyNeedsCurrentKey = nameof(RekeyNeedsCurrentKey);

    public const string RecordIdInvalid = nameof(RecordIdInvalid);
    /// <summary>Arguments: the id; so with the other codes of a record.</summary>
    public const string RecordExists = nameof(RecordExists);
    public const string RecordNotFound = nameof(RecordNotFound);

    /// <summary>A field with a closed set of values has another one. Arguments: the values it may have.</summary>
    public const string RecordFieldInvalid = nameof(RecordFieldInvalid);

    /// <summary>A device id that no IoT hub takes.</summary>
    public const string DeviceIdInvalid = nameof(DeviceIdInvalid);

    /// <summary>The policy is custom and its definition is missing, or has one of its two members alone.</summary>
    public const string CustomAllocationIncomplete = nameof(CustomAllocationIncomplete);

    /// <summary>Arguments: the limit in KB.</summary>
    public const string RecordTooLarge = nameof(RecordTooLarge);
    public const string RecordCorrupt = nameof(RecordCorrupt);
    public const string ETagMismatch = nameof(ETagMismatch);
    /// <summary>Arguments: the JSON name of the member at fault.</summary>
    public const string AttestationInvalid = nameof(AttestationInvalid);
    /// <summary>Keys of devices are derived from a group's symmetric keys, and it has none. Arguments: the id.</summary>
    public const string GroupWithoutKeys = nameof(GroupWithoutKeys);
    /// <summary>Arguments: the limit.</summary>
    public const string GroupLimitReached = nameof(GroupLimitReached);

    public const string HubHostNameInvalid = nameof(HubHostNameInvalid);
    /// <summary>Arguments: the least, the most.</summary>
    public const string HubWeightInvalid = nameof(HubWeightInvalid);
    /// <summary>Arguments: the host name.</summary>
    public const string HubUnknown = nameof(HubUnknown);
    /// <summary>Arguments: the limit.</summary>
    public const string HubLimitReached = nameof(HubLimitReached);
    public const string PolicyNameInvalid = nameof(PolicyNameInvalid);
    public const string PolicyRightsInvalid = nameof(PolicyRightsInvalid);
    /// <summary>Arguments: the limit.</summary>
    public const string PolicyLimitReached = nameof(PolicyLimitReached);
    /// <summary>Arguments: the policy's name.</summary>
    public const string PolicyUnknown = nameof(PolicyUnknown);
    /// <summary>Arguments: the limit.</summary>
    public const string RecordLimitReached = nameof(RecordLimitReached);
}
