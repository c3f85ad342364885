using System.Collections.Immutable;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Management;

/// <summary>Every managed identity, held in memory and written through.</summary>
internal sealed class ManagedIdentities(VaultDatabase database)
{
    private volatile ImmutableDictionary<Guid, ManagedIdentity> _all = ImmutableDictionary<Guid, ManagedIdentity>.Empty;

    public IEnumerable<ManagedIdentity> All => _all.Values.OrderBy(identity => identity.Name, StringComparer.OrdinalIgnoreCase);

    public void Load() => _all = StoredRows.ManagedIdentities(database)
        .Select(row => new ManagedIdentity(row.ClientId, row.PrincipalId, row.ResourceGroup, row.Name, row.Location))
        .ToImmutableDictionary(identity => identity.ClientId);

    public ManagedIdentity? Find(Guid clientId) => _all.GetValueOrDefault(clientId);

    public ManagedIdentity? Find(string resourceGroup, string name) => _all.Values.FirstOrDefault(identity => identity.Is(resourceGroup, name));

    public ManagedIdentity? FindPrincipal(Guid principalId) => _all.Values.FirstOrDefault(identity => identity.PrincipalId == principalId);

    /// <returns>The identity of that name, and whether it is new.</returns>
    public Task<(ManagedIdentity Identity, bool IsNew)> PutAsync(string resourceGroup, string name, string location, AuditTrail audit) =>
        database.WriteAsync<(ManagedIdentity Identity, bool IsNew)>(
            context =>
            {
                if (Find(resourceGroup, name) is { } known)
                {
                    return Task.FromResult((known, false));
                }

                var made = new ManagedIdentity(Guid.NewGuid(), Guid.NewGuid(), resourceGroup, name, location);
                context.Add(new ManagedIdentityRow
                {
                    ClientId = made.ClientId,
                    PrincipalId = made.PrincipalId,
                    ResourceGroup = made.ResourceGroup,
                    Name = made.Name,
                    Location = made.Location,
                });
                audit.RecordIn(context, 201);
                return Task.FromResult((made, true));
            },
            result =>
            {
                if (result.IsNew)
                {
                    _all = _all.SetItem(result.Identity.ClientId, result.Identity);
                    audit.Committed();
                }
            });

    /// <returns>What was removed, or null where there was nothing. Its role assignments stay, naming nobody, as in Azure.</returns>
    public Task<ManagedIdentity?> RemoveAsync(string resourceGroup, string name, AuditTrail audit) => database.WriteAsync(
        async context =>
        {
            if (Find(resourceGroup, name) is not { } known)
            {
                return null;
            }

            context.Remove(await context.ManagedIdentities.SingleAsync(row => row.ClientId == known.ClientId).ConfigureAwait(false));
            audit.RecordIn(context, 200);
            return known;
        },
        removed =>
        {
            if (removed is not null)
            {
                _all = _all.Remove(removed.ClientId);
                audit.Committed();
            }
        });
}
