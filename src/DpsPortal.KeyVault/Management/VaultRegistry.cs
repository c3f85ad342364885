using System.Collections.Concurrent;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Management;

/// <summary>Every vault, held in memory and written through, and which of them a host name means.</summary>
internal sealed class VaultRegistry(VaultDatabase database, EmbeddedKeyVaultOptions options)
{
    private const string Domain = ".vault.localhost";
    private readonly ConcurrentDictionary<string, VaultResource> _vaults = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<VaultResource> All => _vaults.Values.OrderBy(vault => vault.Name, StringComparer.OrdinalIgnoreCase);

    public void Load()
    {
        foreach (var row in StoredRows.Vaults(database))
        {
            Publish(new VaultResource(row.Name, row.ResourceGroup, row.Location, row.PurgeProtection, row.RetentionDays, new DateTimeOffset(row.Created, TimeSpan.Zero)));
        }
    }

    public VaultResource? Find(string name) => _vaults.GetValueOrDefault(name);

    /// <summary>The vault that the client addressed; plain loopback names mean the default one.</summary>
    public VaultResource? FindByHost(HostString host) => host.Host switch
    {
        var name when name.EndsWith(Domain, StringComparison.OrdinalIgnoreCase) => Find(name[..^Domain.Length]),
        var name when IsLoopback(name) => Find(options.DefaultVault),
        _ => null,
    };

    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "127.0.0.1" or "[::1]";

    /// <summary>Adds the vault, or turns purge protection on, which is all that can change of one; it never goes off again.</summary>
    public Task<VaultResource> PutAsync(VaultResource vault, AuditTrail? audit) => database.WriteAsync(
        async context =>
        {
            audit?.RecordIn(context, 200);
            if (Find(vault.Name) is not { } known)
            {
                context.Add(ToRow(vault));
                return vault;
            }
            var row = await context.Vaults.SingleAsync(row => row.Name == known.Name);
            row.PurgeProtection = known.PurgeProtection || vault.PurgeProtection;
            return known with { PurgeProtection = row.PurgeProtection };
        },
        stored =>
        {
            Publish(stored);
            audit?.Committed();
        });

    private void Publish(VaultResource vault) => _vaults[vault.Name] = vault;

    private static VaultRow ToRow(VaultResource vault) => new()
    {
        Name = vault.Name,
        ResourceGroup = vault.ResourceGroup,
        Location = vault.Location,
        PurgeProtection = vault.PurgeProtection,
        RetentionDays = vault.RetentionDays,
        Created = vault.Created.UtcTicks,
    };
}
