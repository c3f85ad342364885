using System.Data.Common;
using System.Globalization;

namespace DpsPortal.KeyVault.Storage;

/// <summary>
/// What every connection must have. WAL with synchronous=FULL: with NORMAL a power cut drops acknowledged commits, and a
/// lost commit may be a lost revoke. secure_delete overwrites what is deleted. SQLite ignores a PRAGMA it cannot honour,
/// so each is read back.
/// </summary>
internal static class SqlitePragmas
{
    private static readonly (string Name, string Value, string Answer)[] Required =
    [
        ("busy_timeout", "10000", "10000"),
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("secure_delete", "ON", "1"),
        ("foreign_keys", "ON", "1"),
    ];

    public static void Apply(DbConnection connection)
    {
        using (var command = connection.CreateCommand())
        {
            command.CommandText = string.Concat(Required.Select(pragma => $"PRAGMA {pragma.Name}={pragma.Value};"));
            command.ExecuteNonQuery();
        }
        Assert(connection);
    }

    public static void Assert(DbConnection connection)
    {
        foreach (var (name, _, answer) in Required)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA {name}";
            var actual = Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            if (actual != answer)
            {
                throw new InvalidOperationException($"SQLite answers '{actual}' to PRAGMA {name}; the vault needs '{answer}'.");
            }
        }
    }
}
