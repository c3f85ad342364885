using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Management;

/// <summary>Every application, held in memory and written through.</summary>
internal sealed class Applications(VaultDatabase database)
{
    private volatile ImmutableDictionary<Guid, Application> _all = ImmutableDictionary<Guid, Application>.Empty;

    public IEnumerable<Application> All => _all.Values.OrderBy(application => application.Name, StringComparer.OrdinalIgnoreCase);

    public void Load() => _all = StoredRows.Applications(database)
        .Select(row => new Application(row.ClientId, row.ObjectId, row.Name, row.SecretHash, new DateTimeOffset(row.Created, TimeSpan.Zero)))
        .ToImmutableDictionary(application => application.ClientId);

    public Application? Find(Guid clientId) => _all.GetValueOrDefault(clientId);

    public Application? Find(string name) => _all.Values.FirstOrDefault(application => application.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <returns>The application of that name, and its secret if it is new: it can never be told again.</returns>
    public Task<(Application Application, string? Secret)> PutAsync(string name, DateTimeOffset now, AuditTrail audit) =>
        database.WriteAsync<(Application Application, string? Secret)>(
            context =>
            {
                if (Find(name) is { } known)
                {
                    return Task.FromResult((known, (string?)null));
                }

                var secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
                var made = new Application(Guid.NewGuid(), Guid.NewGuid(), name, SHA256.HashData(Encoding.UTF8.GetBytes(secret)), now);
                context.Add(new ApplicationRow
                {
                    ClientId = made.ClientId,
                    ObjectId = made.ObjectId,
                    Name = made.Name,
                    SecretHash = made.SecretHash,
                    Created = made.Created.UtcTicks,
                });
                audit.RecordIn(context, 201);
                return Task.FromResult((made, (string?)secret));
            },
            result =>
            {
                if (result.Secret is not null)
                {
                    _all = _all.SetItem(result.Application.ClientId, result.Application);
                    audit.Committed();
                }
            });

    /// <returns>What was removed, or null where there was nothing. Its role assignments stay, naming nobody, as in Azure.</returns>
    public Task<Application?> RemoveAsync(string name, AuditTrail audit) => database.WriteAsync(
        async context =>
        {
            if (Find(name) is not { } known)
            {
                return null;
            }

            await context.Applications.Where(row => row.ClientId == known.ClientId).ExecuteDeleteAsync().ConfigureAwait(false);
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
