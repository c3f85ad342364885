using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>Why a key is not shown.</summary>
public abstract record KeyAbsence
{
    private KeyAbsence() { }

    /// <summary>Somebody has to act, whoever may read what: it is deleted, not there at all, or its vault is deleted. Everything else is not known.</summary>
    public bool IsGone => this is Deleted or DoesNotExist or VaultUnread { Condition: VaultCondition.Deleted };

    /// <summary>Soft-deleted; the vault itself answers.</summary>
    /// <param name="RecoverableUntil">When it is purged.</param>
    public sealed record Deleted(DateTimeOffset? DeletedOn, DateTimeOffset? RecoverableUntil) : KeyAbsence;

    /// <summary>
    /// The vault has no key of this name, and no deleted one: purged, or never made. A deletion that still settles looks the same for a moment.
    /// </summary>
    public sealed record DoesNotExist : KeyAbsence;

    /// <summary>DPS uses it, and its vault is not among those that the settings allow the portal to call.</summary>
    public sealed record VaultNotConfigured : KeyAbsence;

    /// <summary>Its vault could not be read, and why.</summary>
    public sealed record VaultUnread(VaultCondition Condition) : KeyAbsence;

    /// <summary>Its vault answers, but did not show this key to the portal.</summary>
    public sealed record Unread(bool Answered, KeyAccessCause Cause, string? Code) : KeyAbsence;

    internal Refusal ToRefusal(KeyIdentifier key) => this switch
    {
        Deleted deleted => new Refusal(ServiceRefusals.KeyDeleted, null, key.Name, VaultCondition.Date(deleted.RecoverableUntil)),
        DoesNotExist => new Refusal(ProvisioningRefusals.KeyNotFound, null, key.Name),
        VaultNotConfigured => new Refusal(ServiceRefusals.VaultUnknown, null, key.VaultName),
        VaultUnread(var condition) => condition.ToRefusal(key.VaultName),
        Unread unread => new VaultFault(unread.Answered, unread.Cause, unread.Code, 0).ToRefusal(),
        _ => throw new InvalidOperationException("Every absence has a refusal."),
    };
}
