using DpsPortal.Services.Storage;

namespace DpsPortal.Services;

/// <summary>The codes with which the service layer refuses a call, beside those of DPS. Each has a text in the portal's resources.</summary>
public static class ServiceRefusals
{
    /// <summary>Arguments: the permission, then the roles that hold it.</summary>
    public const string NotPermitted = nameof(NotPermitted);

    public const string IdentityNameInvalid = nameof(IdentityNameInvalid);

    /// <summary>The identity is the one with which the portal manages keys. Argument: its name.</summary>
    public const string IdentityIsAdministrators = nameof(IdentityIsAdministrators);

    public const string ResourceGroupInvalid = nameof(ResourceGroupInvalid);
    public const string LocationInvalid = nameof(LocationInvalid);

    /// <summary>
    /// DPS took the change and holds something else than was asked for; so the next three are no refusals of DPS. Arguments: JSON names of
    /// the members that differ.
    /// </summary>
    public const string WrittenOtherwise = nameof(WrittenOtherwise);

    /// <summary>
    /// DPS took the change, and what it holds now could not be read. Argument: the <see cref="Provisioning.Contract.KeyAccessCause"/>, or
    /// <c>Corrupt</c>.
    /// </summary>
    public const string NotReadBack = nameof(NotReadBack);

    /// <summary>DPS took the change, and somebody else has changed or removed it before it was read back. Argument: the id or name.</summary>
    public const string ChangedSinceWritten = nameof(ChangedSinceWritten);

    /// <summary>DPS took the removal, and it is there all the same. Argument: the id or name.</summary>
    public const string StillThere = nameof(StillThere);

    /// <summary>An enrollment names a hub that the instance has no link to and that it did not name before. Argument: the host name.</summary>
    public const string HubNotLinked = nameof(HubNotLinked);

    /// <summary>The host name is not one of an IoT hub.</summary>
    public const string HubHostForeign = nameof(HubHostForeign);

    /// <summary>What was given as a certificate is none.</summary>
    public const string CertificateUnreadable = nameof(CertificateUnreadable);

    /// <summary>What was given as a certificate has a private key in it, or is one.</summary>
    public const string CertificateHasPrivateKey = nameof(CertificateHasPrivateKey);

    /// <summary>More certificates than DPS keeps. Arguments: how many, how many it keeps.</summary>
    public const string CertificatesTooMany = nameof(CertificatesTooMany);

    /// <summary>Argument: the host name.</summary>
    public const string HubAlreadyLinked = nameof(HubAlreadyLinked);

    /// <summary>Argument: the policy's name.</summary>
    public const string PolicyNameTaken = nameof(PolicyNameTaken);

    public const string KeyNameInvalid = nameof(KeyNameInvalid);
    public const string KeyNameTaken = nameof(KeyNameTaken);
    public const string KeySizeInvalid = nameof(KeySizeInvalid);
    public const string KeyDatesInvalid = nameof(KeyDatesInvalid);
    public const string KeyExpiresInPast = nameof(KeyExpiresInPast);

    /// <summary>The key is deleted and can be recovered. Arguments: its name, and the day of its purge as yyyy-MM-dd.</summary>
    public const string KeyDeleted = nameof(KeyDeleted);

    /// <summary>The settings do not name the vault.</summary>
    public const string VaultUnknown = nameof(VaultUnknown);

    /// <summary>The vault is deleted and can be recovered. Arguments: its name, and the day of its purge as yyyy-MM-dd.</summary>
    public const string VaultDeleted = nameof(VaultDeleted);

    /// <summary>The settings name it, and the subscription has no such vault, deleted ones included. Argument: its name.</summary>
    public const string VaultNotFound = nameof(VaultNotFound);

    /// <summary>Whether the vault exists could not be found out: the management of vaults refused or was silent. Argument: the code or cause.</summary>
    public const string VaultsNotListed = nameof(VaultsNotListed);

    public const string VaultDidNotAnswer = nameof(VaultDidNotAnswer);

    /// <summary>It refused the portal's own identity, for a cause that has no code of its own here. Argument: the vault's code.</summary>
    public const string VaultRefused = nameof(VaultRefused);

    /// <summary>Its firewall refused the portal. Argument: the vault's code.</summary>
    public const string VaultFirewallRefused = nameof(VaultFirewallRefused);

    /// <summary>The portal's own identity lacks a role. Argument: the vault's code.</summary>
    public const string VaultRoleRefused = nameof(VaultRoleRefused);

    /// <summary>At the address of a vault that was known there is none any more. Argument: the vault's code.</summary>
    public const string VaultGone = nameof(VaultGone);

    /// <summary>Arguments: the number of instance keys, then the names of the instances.</summary>
    public const string VersionStillWraps = nameof(VersionStillWraps);

    /// <summary>DPS reports a key that no vault here has, so what needs which key is not known. Arguments: the instance, the key.</summary>
    public const string DependentsUnknown = nameof(DependentsUnknown);

    /// <summary>
    /// DPS does not report an instance that was made here, so what needs its key is not known. Arguments: the instance, the key on record
    /// for it.
    /// </summary>
    public const string InstanceMissing = nameof(InstanceMissing);

    public const string VersionIsCurrent = nameof(VersionIsCurrent);

    /// <summary>
    /// The version is enabled at the vault, and DPS still wraps nothing under it: its store did not take it that the fence is lifted.
    /// Argument: the version.
    /// </summary>
    public const string FenceNotLifted = nameof(FenceNotLifted);

    /// <summary>
    /// Whether the version is enabled or disabled now cannot be known: an answer may have been lost, and looking is refused too. Argument:
    /// the vault's code.
    /// </summary>
    public const string VersionUncertain = nameof(VersionUncertain);

    public const string CurrentVersionChanged = nameof(CurrentVersionChanged);
    public const string OperationInProgress = nameof(OperationInProgress);

    /// <summary>
    /// What the store has of an operation is damaged, so whether a revocation stands, and what it took, is not known. Arguments: the
    /// operation, or an empty id where that is damaged too; the key or instance.
    /// </summary>
    public const string OperationUnreadable = nameof(OperationUnreadable);

    public const string NothingToPickUp = nameof(NothingToPickUp);

    /// <summary>The instance has this very key configured. Argument: the key.</summary>
    public const string NothingToRekey = nameof(NothingToRekey);

    /// <summary>Argument: the version that wraps the instance key now.</summary>
    public const string InstanceKeyChanged = nameof(InstanceKeyChanged);

    /// <summary>Argument: the instance.</summary>
    public const string ReencryptionInProgress = nameof(ReencryptionInProgress);

    /// <summary>Arguments: the slowest and the fastest, with a point for the decimals.</summary>
    public const string TrafficSpeedInvalid = nameof(TrafficSpeedInvalid);

    public const string NothingToRevoke = nameof(NothingToRevoke);
    public const string ImpactChanged = nameof(ImpactChanged);
    public const string ImpactTooOld = nameof(ImpactTooOld);
    public const string ReasonMissing = nameof(ReasonMissing);
    public const string RevocationUnknown = nameof(RevocationUnknown);
    /// <summary>Everything that the revocation had taken was given back outside the portal. Arguments: its instances.</summary>
    public const string NothingToRestore = nameof(NothingToRestore);

    /// <summary>Given back, and the instance stays without access: another revocation stands. Arguments: instance, its operation, who, when.</summary>
    public const string HeldByAnotherRevocation = nameof(HeldByAnotherRevocation);

    public const string AlreadyRestored = nameof(AlreadyRestored);
    public const string NotConfirmed = nameof(NotConfirmed);

    /// <summary>Whether the vault was changed cannot be known: an answer may have been lost, and looking is refused too. Argument: the vault's code.</summary>
    public const string ChangeUncertain = nameof(ChangeUncertain);

    public const string StillDenied = nameof(StillDenied);

    /// <summary>A revoke waited for its effect, and others gave back meanwhile what it had taken. Argument: the instance.</summary>
    public const string GivenBackMeanwhile = nameof(GivenBackMeanwhile);

    /// <summary>A restore waited for its effect, and others took again meanwhile what it had given back. Argument: the instance.</summary>
    public const string TakenAgainMeanwhile = nameof(TakenAgainMeanwhile);

    /// <summary>The version was disabled by a revocation; restoring that is the way back. Argument: the revocation's operation.</summary>
    public const string VersionIsRevoked = nameof(VersionIsRevoked);

    /// <summary>
    /// A revocation took the role, and nothing but its restore gives it back. Arguments: the revocation's operation, who made it, when
    /// (ISO 8601), why, the identity, the key.
    /// </summary>
    public const string RoleIsRevoked = nameof(RoleIsRevoked);

    /// <summary>
    /// Instances of the identity are wrapped by the key and have no role on it any more; making one would let them read again.
    /// Arguments: the identity, the key, the instances.
    /// </summary>
    public const string RoleWithdrawnElsewhere = nameof(RoleWithdrawnElsewhere);

    /// <summary>The whole key was revoked. Arguments: the revocation's operation, who made it, when, why, the key.</summary>
    public const string KeyIsRevoked = nameof(KeyIsRevoked);

    /// <summary>A revocation cut the instance off. Arguments: the revocation's operation, who made it, when, why, the instance.</summary>
    public const string InstanceIsRevoked = nameof(InstanceIsRevoked);

    /// <summary>A step failed for a reason that is a fault of the portal; its log has the details. Argument: the step's code.</summary>
    public const string StepFailed = nameof(StepFailed);

    /// <summary>The disk of a store has no space left; so for the next four, which say what else is wrong with one.</summary>
    public const string StoreFull = nameof(StoreFull);

    public const string StoreReadOnly = nameof(StoreReadOnly);
    public const string StoreLocked = nameof(StoreLocked);
    public const string StoreDamaged = nameof(StoreDamaged);
    public const string StoreUnreachable = nameof(StoreUnreachable);

    internal static string Of(StoreFault fault) => fault switch
    {
        StoreFault.Full => StoreFull,
        StoreFault.ReadOnly => StoreReadOnly,
        StoreFault.Locked => StoreLocked,
        StoreFault.Damaged => StoreDamaged,
        _ => StoreUnreachable,
    };
}
