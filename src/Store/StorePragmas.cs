using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;

#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#else
namespace DpsPortal.Services.Storage;
#endif

/// <summary>
/// What every connection must have; EF Core's get it here, pooled ones included, and others ask for it. SQLite ignores a PRAGMA that it
/// cannot honour, so each is read back.
/// </summary>
/// <remarks>SQLite documentation, "PRAGMA Statements".</remarks>
internal sealed class StorePragmas : DbConnectionInterceptor
{
    private static readonly (string Name, string Value, string Answer)[] Required =
    [
        // A lock is waited for inside SQLite. Without it a checkpoint that meets a reader gives up, and says so in a row and not by an exception.
        ("busy_timeout", BusyTimeout, BusyTimeout),
        ("journal_mode", "WAL", "wal"),

        // With NORMAL a power cut drops acknowledged commits, and a lost commit may be a lost revocation.
        ("synchronous", "FULL", "2"),

        // What was deleted is overwritten, and what is sorted lies in no file outside the private folder.
        ("secure_delete", "ON", "1"),
        ("temp_store", "MEMORY", "2"),
        ("foreign_keys", "ON", "1"),
    ];

    private static readonly string Questions = string.Concat(Required.Select(pragma => $"PRAGMA {pragma.Name};"));

    private static string BusyTimeout => (StoreFile.LongestWait * 1000).ToString(CultureInfo.InvariantCulture);

    public static void Apply(DbConnection connection)
    {
        using (var command = connection.CreateCommand())
        {
            // One at a time: of several in one command, what fails after the first answer fails in silence.
            foreach (var (name, value, _) in Required)
            {
                command.CommandText = $"PRAGMA {name}={value}";
                command.ExecuteNonQuery();
            }
        }

        Assert(connection);
    }

    /// <exception cref="InvalidOperationException">A PRAGMA is not what it must be: somebody opened a connection in another way.</exception>
    public static void Assert(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Questions;
        using var answers = command.ExecuteReader();
        foreach (var (name, _, answer) in Required)
        {
            var actual = answers.Read() ? Convert.ToString(answers.GetValue(0), CultureInfo.InvariantCulture) : null;
            if (actual != answer)
            {
                throw new InvalidOperationException($"SQLite answers '{actual}' to PRAGMA {name}; the store of {StoreOwner.Name} needs '{answer}'.");
            }

            answers.NextResult();
        }
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }
}
