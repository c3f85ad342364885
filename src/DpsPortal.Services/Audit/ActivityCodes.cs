namespace DpsPortal.Services.Audit;

/// <summary>The activity codes, each with a text in the portal's resources.</summary>
public static class ActivityCodes
{
    /// <summary>Someone tried what their role does not allow; the refusal names the permission.</summary>
    public const string PermissionRefused = nameof(PermissionRefused);

    /// <summary>What the store gives back of an entry is damaged: only where it stood, when, about what and by whom is left.</summary>
    public const string EntryUnreadable = nameof(EntryUnreadable);

    /// <summary>An operation that was under way is damaged in the store, and was ended: how far it came is not known.</summary>
    public const string OperationUnreadable = nameof(OperationUnreadable);

    public const string InstanceCreation = nameof(InstanceCreation);

    /// <summary>
    /// The checks of a creation were run. Arguments: the identity, the key, the first check that failed; each may be empty. The entry's
    /// refusal says why it failed, also where the checks themselves were not refused.
    /// </summary>
    public const string CreationChecked = nameof(CreationChecked);

    /// <summary>An identity was made. Subject: the identity; argument: the instance it is for.</summary>
    public const string IdentityMade = nameof(IdentityMade);

    /// <summary>A role was assigned. Subject: the key; arguments: the identity, the instance it is for.</summary>
    public const string RoleMade = nameof(RoleMade);

    /// <summary>An identity that had been prepared was removed again. Argument: the <see cref="Instances.TakeBackReason"/>.</summary>
    public const string IdentityTakenBack = nameof(IdentityTakenBack);

    /// <summary>
    /// A role that had been prepared was removed again. Subject: the key; arguments: the identity, the
    /// <see cref="Instances.TakeBackReason"/>.
    /// </summary>
    public const string RoleTakenBack = nameof(RoleTakenBack);

    /// <summary>What had been prepared stays, because instances need it since. Arguments: the identity, the instances.</summary>
    public const string PreparationKept = nameof(PreparationKept);

    public const string KeyCreation = nameof(KeyCreation);
    public const string Rotation = nameof(Rotation);
    public const string PickUp = nameof(PickUp);
    public const string VersionRetired = nameof(VersionRetired);
    public const string VersionEnabled = nameof(VersionEnabled);

    /// <summary>DPS wraps again under a version that was enabled already. Argument: the version.</summary>
    public const string FenceLifted = nameof(FenceLifted);
    public const string Revocation = nameof(Revocation);
    public const string Restoration = nameof(Restoration);
    /// <summary>All that a revocation had taken was given back, and not by a restore here.</summary>
    public const string RevocationUndoneOutside = nameof(RevocationUndoneOutside);

    public const string AccessRechecked = nameof(AccessRechecked);
    public const string AccessLost = nameof(AccessLost);
    public const string AccessLostOutside = nameof(AccessLostOutside);
    public const string AccessRegained = nameof(AccessRegained);
    public const string AccessRegainedOutside = nameof(AccessRegainedOutside);
    public const string AccessDegraded = nameof(AccessDegraded);

    /// <summary>Access was verified after an outage or a lapse of validity; it had not been lost.</summary>
    public const string AccessVerifiedAgain = nameof(AccessVerifiedAgain);

    /// <summary>As it was written before the log told whether reads were served meanwhile.</summary>
    public const string VaultUnavailable = nameof(VaultUnavailable);

    /// <summary>Arguments of this and the next four: the cause, the vault's code or an empty text, the end of the lease or an empty text.</summary>
    public const string VaultUnavailableServed = nameof(VaultUnavailableServed);
    public const string VaultUnavailableRefused = nameof(VaultUnavailableRefused);
    public const string VaultMisanswersServed = nameof(VaultMisanswersServed);
    public const string VaultMisanswersRefused = nameof(VaultMisanswersRefused);
    public const string LeaseEnded = nameof(LeaseEnded);
    public const string EnrollmentWritten = nameof(EnrollmentWritten);
    public const string EnrollmentDeleted = nameof(EnrollmentDeleted);
    public const string AttestationRevealed = nameof(AttestationRevealed);
    public const string DeviceKeyRevealed = nameof(DeviceKeyRevealed);
    public const string HubLinked = nameof(HubLinked);
    public const string HubChanged = nameof(HubChanged);
    public const string HubUnlinked = nameof(HubUnlinked);
    public const string PolicyCreated = nameof(PolicyCreated);
    public const string PolicyChanged = nameof(PolicyChanged);
    public const string PolicyRemoved = nameof(PolicyRemoved);
    public const string PolicyKeysRevealed = nameof(PolicyKeysRevealed);
    /// <summary>Demonstration traffic, or how fast it is. Argument: the speed, with a point for the decimals.</summary>
    public const string TrafficStarted = nameof(TrafficStarted);
    public const string TrafficStopped = nameof(TrafficStopped);
    public const string RecordsVerified = nameof(RecordsVerified);
    public const string Rekey = nameof(Rekey);
    public const string Reencryption = nameof(Reencryption);

    /// <summary>Of logs from before a re-encryption was an operation.</summary>
    public const string ReencryptionStarted = nameof(ReencryptionStarted);
    public const string ReencryptionFinished = nameof(ReencryptionFinished);

    /// <summary>DPS came across the version that a rotation here had made, and took it up after the rotation had ended.</summary>
    public const string VersionPickedUpLater = nameof(VersionPickedUpLater);

    /// <summary>DPS came across a version made elsewhere and took it up by itself.</summary>
    public const string VersionPickedUp = nameof(VersionPickedUp);
}
