using System.Collections.Concurrent;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Management;

/// <summary>Every vault, soft-deleted ones too, held in memory and written through, and which of them a host name means.</summary>
internal sealed class VaultRegistry(VaultDatabase database, RoleAssignments roles, KeyStore keys, EmbeddedKeyVaultOptions options)
{
    private const string Domain = ".vault.localhost";
    private readonly ConcurrentDictionary<string, VaultResource> _vaults = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<VaultResource> All => Ordered.Where(vault => vault.Deletion is null);

    public IEnumerable<VaultResource> AllDeleted => Ordered.Where(vault => vault.Deletion is not null);

    public bool IsEmpty => _vaults.IsEmpty;

    private IEnumerable<VaultResource> Ordered => _vaults.Values.OrderBy(vault => vault.Name, StringComparer.OrdinalIgnoreCase);

    public void Load()
    {
        foreach (var row in StoredRows.Vaults(database))
        {
            Publish(VaultRows.ToVault(row));
        }
    }

    /// <summary>The vault, unless it is soft-deleted.</summary>
    public VaultResource? Find(string name) => FindAny(name) is { Deletion: null } vault ? vault : null;

    /// <summary>The vault, there or soft-deleted: its name is taken.</summary>
    public VaultResource? FindAny(string name) => _vaults.GetValueOrDefault(name);

    /// <summary>
    /// The vault that the client addressed; plain loopback names and those configured beside them mean the default one. A deleted vault has
    /// no name in DNS.
    /// </summary>
    public VaultResource? FindByHost(HostString host) => host.Host switch
    {
        var name when name.EndsWith(Domain, StringComparison.OrdinalIgnoreCase) => Find(name[..^Domain.Length]),
        var name when IsLoopback(name) || options.ExtraNames.Contains(name.Trim('[', ']'), StringComparer.OrdinalIgnoreCase) => Find(options.DefaultVault),
        _ => null,
    };

    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "127.0.0.1" or "[::1]";

    /// <summary>Decides by what the vault is at that moment, and does what was decided in one transaction.</summary>
    /// <param name="decide">Is given the vault, there or soft-deleted, or null.</param>
    /// <param name="erases">True where keys may go: then no file has a byte of them when this returns.</param>
    public async Task<VaultDecision> ChangeAsync(string name, Func<VaultResource?, VaultDecision> decide, AuditTrail? audit, bool erases = false)
    {
        var decisions = await ApplyAsync(() => [decide(FindAny(name))], (context, _) => audit?.RecordIn(context, 200), erases).ConfigureAwait(false);
        if (decisions[0] is not VaultDecision.Refused)
        {
            audit?.Committed();
        }

        return decisions[0];
    }

    /// <summary>Purges the vaults whose retention has ended, with purge protection or without.</summary>
    /// <param name="now">By the domain clock.</param>
    /// <param name="record">Puts what must be logged about a purged vault beside its purge, in the same transaction.</param>
    /// <returns>What was purged.</returns>
    public async Task<IReadOnlyList<VaultResource>> PurgeDueAsync(DateTimeOffset now, Action<VaultDbContext, VaultResource>? record = null)
    {
        bool IsDue(VaultResource vault) => vault.Deletion!.ScheduledPurge <= now;
        if (!AllDeleted.Any(IsDue))
        {
            return [];
        }

        // Asked again in turn: a vault may be recovered in between.
        var purged = await ApplyAsync(
            () => [.. AllDeleted.Where(IsDue).Select(vault => new VaultDecision.Purged(vault))],
            (context, decision) => record?.Invoke(context, ((VaultDecision.Purged)decision).Vault),
            erases: true).ConfigureAwait(false);
        return [.. purged.Cast<VaultDecision.Purged>().Select(decision => decision.Vault)];
    }

    private Task<IReadOnlyList<VaultDecision>> ApplyAsync(Func<IReadOnlyList<VaultDecision>> decide, Action<VaultDbContext, VaultDecision> record, bool erases)
    {
        async Task<IReadOnlyList<VaultDecision>> StoreAllAsync(VaultDbContext context)
        {
            var decisions = decide();
            foreach (var decision in decisions.Where(decision => decision is not VaultDecision.Refused))
            {
                await StoreAsync(context, decision).ConfigureAwait(false);
                record(context, decision);
            }

            return decisions;
        }

        return erases ? database.EraseAsync(StoreAllAsync, PublishAll) : database.WriteAsync(StoreAllAsync, PublishAll);
    }

    private void PublishAll(IReadOnlyList<VaultDecision> decisions)
    {
        foreach (var decision in decisions)
        {
            Publish(decision);
        }
    }

    private async Task StoreAsync(VaultDbContext context, VaultDecision decision)
    {
        switch (decision)
        {
            case VaultDecision.Created { Vault: var made }:
                context.Add(VaultRows.ToRow(made));
                break;
            case VaultDecision.Changed { Vault: var changed }:
                VaultRows.CopyChanges(changed, await context.Vaults.SingleAsync(row => row.Name == changed.Name).ConfigureAwait(false));
                break;
            case VaultDecision.Deleted { Vault: var deleted }:
                VaultRows.CopyChanges(deleted, await context.Vaults.SingleAsync(row => row.Name == deleted.Name).ConfigureAwait(false));
                // Azure's trap: they go with the vault, and its recovery does not bring them back.
                await roles.DropWithinAsync(context, deleted.ResourceId(options.SubscriptionId)).ConfigureAwait(false);
                break;
            case VaultDecision.Purged { Vault: var purged }:
                await PurgeAsync(context, purged.Name).ConfigureAwait(false);
                break;
        }
    }

    private static async Task PurgeAsync(VaultDbContext context, string vault)
    {
        var keyIds = context.Keys.Where(key => key.Vault == vault).Select(key => key.Id);
        await context.KeyVersions.Where(version => keyIds.Contains(version.KeyId)).ExecuteDeleteAsync().ConfigureAwait(false);
        await context.Keys.Where(key => key.Vault == vault).ExecuteDeleteAsync().ConfigureAwait(false);
        await context.Vaults.Where(row => row.Name == vault).ExecuteDeleteAsync().ConfigureAwait(false);
    }

    private void Publish(VaultDecision decision)
    {
        switch (decision)
        {
            case VaultDecision.Created { Vault: var made }:
                Publish(made);
                break;
            case VaultDecision.Changed { Vault: var changed }:
                Publish(changed);
                break;
            case VaultDecision.Deleted { Vault: var deleted }:
                Publish(deleted);
                roles.ForgetWithin(deleted.ResourceId(options.SubscriptionId));
                break;
            case VaultDecision.Purged { Vault: var purged }:
                _vaults.TryRemove(purged.Name, out _);
                keys.Forget(purged.Name);
                break;
        }
    }

    private void Publish(VaultResource vault) => _vaults[vault.Name] = vault;
}
