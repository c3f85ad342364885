using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace DpsPortal.Services.Storage;

/// <summary>
/// Sets what every connection needs and reads it back, because SQLite ignores a PRAGMA that it cannot honour. With
/// synchronous=NORMAL a power cut drops acknowledged commits, and a lost commit here may be a forgotten revocation.
/// </summary>
internal sealed class Pragmas : DbConnectionInterceptor
{
    private static readonly (string Name, string Value, string Answer)[] Required =
    [
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("secure_delete", "ON", "1"),
        ("foreign_keys", "ON", "1"),
    ];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    public static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = string.Concat(Required.Select(pragma => $"PRAGMA {pragma.Name}={pragma.Value};"));
        command.ExecuteNonQuery();
        Assert(connection);
    }

    /// <exception cref="InvalidOperationException">A PRAGMA is not what durability needs.</exception>
    public static void Assert(DbConnection connection)
    {
        foreach (var (name, _, answer) in Required)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA {name}";
            var actual = Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            if (actual != answer)
            {
                throw new InvalidOperationException($"SQLite answers '{actual}' to PRAGMA {name}; the portal's store needs '{answer}'.");
            }
        }
    }
}
