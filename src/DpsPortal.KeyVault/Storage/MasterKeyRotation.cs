using System.Security.Cryptography;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Hosting;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Storage;

/// <summary>
/// Replaces the master key: the new one is written beside the present one, everything is sealed anew in one transaction
/// together with the check value, and then the new file takes the place of the old. Whichever step a crash follows, exactly
/// one of the two files opens the check value.
/// </summary>
internal static class MasterKeyRotation
{
    private const int Batch = 500;

    /// <summary>The master key of the database in these folders, after a rotation that was cut short has been ended.</summary>
    public static MasterKey Open(VaultFolders folders)
    {
        MasterKey.SettleRotation(folders.MasterKey, () => VaultDatabase.ReadCheck(folders.Database), nameof(SealedCheckRow));
        return MasterKey.Open(folders.MasterKey, VaultDatabase.ReadCheck(folders.Database) is not null);
    }

    public static async Task<int> RunAsync(VaultFolders folders, CancellationToken cancellationToken)
    {
        VaultDatabase.FileOf(folders).Inspect(VaultDatabase.SchemaVersion);
        if (!VaultDatabase.ExistsIn(folders.Database))
        {
            throw new VaultStartRefusedException("There is no vault in this folder yet, so there is no master key to rotate.");
        }

        using var present = Open(folders);
        using var database = await VaultDatabase.OpenAsync(folders.Database, present, cancellationToken).ConfigureAwait(false);
        using var next = MasterKey.MakeNext(folders.MasterKey);
        var count = await ResealAsync(database, present, next).ConfigureAwait(false);
        MasterKey.PromoteNext(folders.MasterKey);
        return count;
    }

    /// <summary>What was sealed under the old key is then in no file, the write-ahead log included.</summary>
    public static async Task<int> ResealAsync(VaultDatabase database, MasterKey from, MasterKey to)
    {
        var resealed = await database.EraseAsync<long>(
            async context =>
            {
                var done = new List<long>();
                (await context.SealedChecks.SingleAsync().ConfigureAwait(false)).Value = VaultDatabase.SealCheck(to);
                AuditTrail.OfTheVault("MasterKeyRotate", "", "").RecordIn(context, 200);
                while (await ResealBatchAsync(context, done.Count == 0 ? 0 : done[^1], from, to).ConfigureAwait(false) is { Count: > 0 } batch)
                {
                    done.AddRange(batch);
                }

                return done;
            },
            _ => { }).ConfigureAwait(false);
        return resealed.Count;
    }

    private static async Task<List<long>> ResealBatchAsync(VaultDbContext context, long after, MasterKey from, MasterKey to)
    {
        var rows = await context.KeyVersions.Where(row => row.Sequence > after).OrderBy(row => row.Sequence).Take(Batch)
            .Join(context.Keys, row => row.KeyId, key => key.Id, (row, key) => new { Row = row, key.Vault, key.Name }).ToListAsync().ConfigureAwait(false);
        foreach (var entry in rows)
        {
            var slot = new KeySlot(entry.Vault, entry.Name, entry.Row.Version).For(entry.Row.KeyType);
            var privateKey = from.Open(entry.Row.SealedPrivateKey, slot);
            entry.Row.SealedPrivateKey = to.Seal(privateKey, slot);
            CryptographicOperations.ZeroMemory(privateKey);
        }

        await context.SaveChangesAsync().ConfigureAwait(false);
        context.ChangeTracker.Clear();
        return [.. rows.Select(entry => entry.Row.Sequence).Order()];
    }
}
