using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Storage;

/// <summary>portal.db: opened, locked and migrated at first use; a context per operation.</summary>
internal sealed class PortalDatabase(PortalServicesOptions options) : IDisposable
{
    /// <summary>PRAGMA user_version of a database that has every migration; a test holds it against their number.</summary>
    public const int SchemaVersion = 1;

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

    public void Dispose()
    {
        _opened?.Dispose();
        _opening.Dispose();
    }

    private sealed class Opened(DataFolder folder, DbContextOptions<PortalContext> options) : IDisposable
    {
        public DbContextOptions<PortalContext> Options => options;

        public static async Task<Opened> AtAsync(string path, CancellationToken cancellationToken)
        {
            var folder = DataFolder.Take(path);
            try
            {
                var options = new DbContextOptionsBuilder<PortalContext>().UseSqlite(ConnectionString(folder)).AddInterceptors(new Pragmas()).Options;
                await MigrateAsync(options, cancellationToken);
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
        private static async Task MigrateAsync(DbContextOptions<PortalContext> options, CancellationToken cancellationToken)
        {
            await using var context = new PortalContext(options);
            await context.Database.OpenConnectionAsync(cancellationToken);
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA user_version";
            var version = Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
            if (version > SchemaVersion)
            {
                throw new InvalidOperationException($"portal.db was written by a newer version of the portal (schema {version}, known {SchemaVersion}).");
            }

            if (version < SchemaVersion)
            {
                await context.Database.MigrateAsync(cancellationToken);
                command.CommandText = $"PRAGMA user_version={SchemaVersion}";
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }
}
