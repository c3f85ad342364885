using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Storage;

/// <summary>portal.db: opened, locked and migrated at first use; a context per operation.</summary>
internal sealed class PortalDatabase(PortalServicesOptions options) : IDisposable
{
    /// <summary>PRAGMA user_version of a database that has every migration; a test holds it against their number.</summary>
    public const int SchemaVersion = 2;

    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile Opened? _opened;

    public async ValueTask<PortalContext> OpenAsync(CancellationToken cancellationToken)
    {
        if (_opened is null)
        {
            await _opening.WaitAsync(cancellationToken);
            try
            {
                _opened ??= await Opened.AtAsync(options.DataDirectory, cancellationToken);
            }
            finally
            {
                _opening.Release();
            }
        }

        return new PortalContext(_opened.Options);
    }

    /// <summary>One number, without EF Core: its model and first query cost a third of a start, and a usual start has nothing to go on with.</summary>
    public async Task<long> NumberAsync(string sql, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var connection = _opened!.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose()
    {
        _opened?.Dispose();
        _opening.Dispose();
    }

    private sealed class Opened(DataFolder folder, DbContextOptions<PortalContext> options) : IDisposable
    {
        public DbContextOptions<PortalContext> Options => options;

        public SqliteConnection Connect() => Connect(folder);

        public static async Task<Opened> AtAsync(string path, CancellationToken cancellationToken)
        {
            var folder = DataFolder.Take(path);
            try
            {
                var options = new DbContextOptionsBuilder<PortalContext>().UseSqlite(ConnectionString(folder)).AddInterceptors(new Pragmas()).Options;
                await MigrateAsync(folder, options, cancellationToken);
                return new Opened(folder, options);
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            using var connection = new SqliteConnection(ConnectionString(folder));
            SqliteConnection.ClearPool(connection);
            folder.Dispose();
        }

        private static string ConnectionString(DataFolder folder) => new SqliteConnectionStringBuilder { DataSource = folder.DatabaseFile }.ConnectionString;

        /// <summary>The warm path is one PRAGMA: MigrateAsync costs a third of a second even when there is nothing to do.</summary>
        private static async Task MigrateAsync(DataFolder folder, DbContextOptions<PortalContext> options, CancellationToken cancellationToken)
        {
            using var connection = Connect(folder);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version";
            var version = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            if (version > SchemaVersion)
            {
                throw new InvalidOperationException($"portal.db was written by a newer version of the portal (schema {version}, known {SchemaVersion}).");
            }

            if (version < SchemaVersion)
            {
                await using var context = new PortalContext(options);
                await context.Database.MigrateAsync(cancellationToken);
                command.CommandText = $"PRAGMA user_version={SchemaVersion}";
                command.ExecuteNonQuery();
            }
        }

        private static SqliteConnection Connect(DataFolder folder)
        {
            var connection = new SqliteConnection(ConnectionString(folder));
            connection.Open();
            Pragmas.Apply(connection);
            return connection;
        }
    }
}
