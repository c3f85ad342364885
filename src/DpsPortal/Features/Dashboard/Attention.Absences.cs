using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;
using DpsPortal.Shell;

namespace DpsPortal.Features.Dashboard;

// What is gone or could not be read. A vault is one item, however many keys of it are in use.
public sealed partial record Attention
{
    /// <summary>Of a key that is not shown.</summary>
    public KeyAbsence? Absence { get; private init; }

    /// <summary>Of a vault that is not read.</summary>
    public VaultCondition? Vault { get; private init; }

    /// <summary>The instances that need the key, or keys of the vault.</summary>
    public IReadOnlyList<KeyDependent> Dependents { get; private init; } = [];

    private static IEnumerable<Attention> OfAbsent(KeyList list) =>
        from key in list.Absent
        where key.Absence is not KeyAbsence.VaultUnread && key.Dependents.Count > 0
        let kind = key.Absence switch
        {
            KeyAbsence.Deleted => AttentionKind.KeyDeleted,
            KeyAbsence.DoesNotExist => AttentionKind.KeyMissing,
            _ => AttentionKind.KeyUnread,
        }
        select new Attention(kind, key.Key.Name, key.Key.VaultName, Addresses.Key(key.Key)) { Absence = key.Absence, Dependents = key.Dependents };

    private static IEnumerable<Attention> OfVaults(KeyList list) =>
        from vault in list.Unread
        let used = list.Absent.Where(key => key.Absence is KeyAbsence.VaultUnread && key.Key.VaultName.Equals(vault.Name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(key => key.Dependents).ToList()
        select new Attention(KindOf(vault.Condition, used.Count > 0), vault.Name, "", Addresses.Keys) { Vault = vault.Condition, Dependents = used };

    private static AttentionKind KindOf(VaultCondition condition, bool used) => condition switch
    {
        VaultCondition.Deleted => used ? AttentionKind.VaultDeleted : AttentionKind.VaultDeletedUnused,
        VaultCondition.NotFound => AttentionKind.VaultNotFound,
        VaultCondition.Refuses => AttentionKind.VaultRefuses,
        VaultCondition.Silent => AttentionKind.VaultSilent,
        _ => AttentionKind.VaultNotLookedUp,
    };
}
