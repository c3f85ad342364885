using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace DpsPortal.Provisioning.Storage;

/// <summary>
/// The PRAGMAs that durability and erasure rest on, set and read back on every connection. With <c>synchronous=NORMAL</c> a
/// power cut could lose an acknowledged commit, and with it a revoke.
/// </summary>
/// <remarks>SQLite documentation, "PRAGMA Statements".</remarks>
internal sealed class Pragmas : DbConnectionInterceptor
{
    private static readonly (string Name, string Set, string Expected)[] Required =
    [
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("secure_delete", "ON", "1"),
        ("foreign_keys", "ON", "1"),
        ("temp_store", "MEMORY", "2"),
    ];

    public static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        foreach (var (name, set, _) in Required)
        {
            command.CommandText = $"PRAGMA {name}={set}";
            command.ExecuteNonQuery();
        }

        Assert(connection);
    }

    /// <exception cref="InvalidOperationException">A PRAGMA is not what it must be.</exception>
    public static void Assert(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        foreach (var (name, _, expected) in Required)
        {
            command.CommandText = $"PRAGMA {name}";
            var actual = Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            if (actual != expected)
            {
                throw new InvalidOperationException($"The database connection has {name}={actual} instead of {expected}.");
            }
        }
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }
}
