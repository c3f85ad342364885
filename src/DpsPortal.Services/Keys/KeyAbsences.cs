using System.Collections.ObjectModel;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>Finds out why a key that DPS or a person names is not shown: no answer is never taken for "none".</summary>
internal sealed class KeyAbsences(AllowedVaults vaults, VaultKeys keys, VaultWatch watch)
{
    /// <summary>The vault has just said that it has no such key.</summary>
    public async Task<KeyAbsence> InVaultAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        try
        {
            return await keys.FindDeletedAsync(key, cancellationToken).ConfigureAwait(false) is { } deleted
                ? new KeyAbsence.Deleted(deleted.DeletedOn, deleted.ScheduledPurgeDate)
                : new KeyAbsence.DoesNotExist();
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { } answer)
        {
            return new KeyAbsence.Unread(answer.Answered, answer.Cause, answer.Code);
        }
    }

    /// <summary>For a call that needs the key, in the vault that was just asked.</summary>
    public async Task<Refusal> RefuseAsync(KeyIdentifier key, string? field, CancellationToken cancellationToken) =>
        (await InVaultAsync(key, cancellationToken).ConfigureAwait(false)).ToRefusal(key) with { Field = field };

    /// <summary>One look at where the vaults are, for as many readings as fail; none where none does.</summary>
    public Lazy<Task<IReadOnlyList<AllowedVault>>> Look(CancellationToken cancellationToken) => new(() => vaults.LookAsync(cancellationToken));

    /// <summary>After a reading that failed or found nothing: where its vault is settles most of it.</summary>
    /// <param name="fault">With what the reading failed; <see langword="null"/> when the vault said that it has no such key.</param>
    public async Task<KeyAbsence> OfAsync(
        KeyIdentifier key, VaultFault? fault, Lazy<Task<IReadOnlyList<AllowedVault>>> look, CancellationToken cancellationToken) =>
        (await look.Value.ConfigureAwait(false)).FirstOrDefault(vault => vault.IsAt(key.Vault)) switch
        {
            null => new KeyAbsence.VaultNotConfigured(),
            // Where the management was silent as well, the vault's own word is the nearer one.
            { Missing: { } missing and not VaultCondition.NotLookedUp } => new KeyAbsence.VaultUnread(missing),
            var vault =>
                fault is null ? await InVaultAsync(key, cancellationToken).ConfigureAwait(false) : new KeyAbsence.VaultUnread(watch.Failed(vault.Name, fault)),
        };

    public static IReadOnlyList<KeyDependent> DependentsOf(KeyIdentifier key, KeyUses uses) =>
    [
        .. Dependents.Of(key, uses.InstancesOf(key)).Select(dependent => dependent.ToContract(ReadOnlyDictionary<string, KeyAccessCause>.Empty)),
        .. Dependents.LeavingFrom(key, uses.InstancesOf(key)).Select(leaving => leaving.ToContract()),
    ];
}
