using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace DpsPortal.KeyVault.Storage;

/// <summary>Sets and asserts the PRAGMAs on every connection that EF Core opens, pooled ones included.</summary>
internal sealed class PragmaInterceptor : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => SqlitePragmas.Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        SqlitePragmas.Apply(connection);
        return Task.CompletedTask;
    }
}
