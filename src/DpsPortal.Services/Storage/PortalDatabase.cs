using System.Globalization;
using DpsPortal.Services.People;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Storage;

/// <summary>portal.db: opened, locked and migrated at first use; a context per operation.</summary>
/// <param name="instances">DPS, whose instances tell that there has been a store: each was begun in one.</param>
internal sealed class PortalDatabase(PortalServicesOptions options, IProvisioningInstances? instances = null) : IDisposable
{
    /// <summary>PRAGMA user_version of a database that has every migration; a test holds it against their number.</summary>
    public const int SchemaVersion = 4;

    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile Opened? _opened;

    /// <exception cref="PortalStartRefusedException">At first use: the store cannot be used, or it is gone.</exception>
    public async ValueTask<PortalContext> OpenAsync(CancellationToken cancellationToken)
    {
        if (_opened is null)
        {
            await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                _opened ??= await OpenFolderAsync(cancellationToken).ConfigureAwait(false);
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
        await OpenAsync(cancellationToken).ConfigureAwait(false);
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

    private async Task<Opened> OpenFolderAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Opened.AtAsync(options.DataDirectory, RemainsAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (DataFolder.FileAt(options.DataDirectory).Explain(fault) is { } refusal)
        {
            throw refusal;
        }
    }

    private async Task<string?> RemainsAsync(CancellationToken cancellationToken) =>
        instances is not null && await instances.ListAsync(PortalCaller.Itself, cancellationToken).ConfigureAwait(false) is [var first, ..]
            ? $"the DPS instance {first.Name}, which was made through it,"
            : null;

    private sealed class Opened(DataFolder folder, StorePresence presence, DbContextOptions<PortalContext> options) : IDisposable
    {
        public DbContextOptions<PortalContext> Options => options;

        public SqliteConnection Connect()
        {
            presence.Require();
            return Connect(folder);
        }

        /// <param name="remains">What beside the folder shows that there has been a database; asked only where there is none.</param>
        public static async Task<Opened> AtAsync(string path, Func<CancellationToken, Task<string?>> remains, CancellationToken cancellationToken)
        {
            var folder = DataFolder.Take(path);
            try
            {
                var store = folder.Store();
                store.Inspect(SchemaVersion);
                if (store.IsNew)
                {
                    folder.Store(await remains(cancellationToken).ConfigureAwait(false)).Inspect(SchemaVersion);
                }

                folder.EnsureDatabase();
                var presence = new StorePresence(folder.DatabaseFile);
                var options = new DbContextOptionsBuilder<PortalContext>().UseSqlite(ConnectionString(folder))
                    .AddInterceptors(presence, new StorePragmas()).Options;
                await MigrateAsync(folder, options, cancellationToken).ConfigureAwait(false);
                folder.MarkMade();
                return new Opened(folder, presence, options);
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

        /// <summary>The file is made before: a connection makes none. A person waits for another program's lock, but not for half a minute.</summary>
        private static string ConnectionString(DataFolder folder) => new SqliteConnectionStringBuilder
        {
            DataSource = folder.DatabaseFile, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = StoreFile.LongestWait,
        }.ConnectionString;

        /// <summary>The warm path is one PRAGMA: MigrateAsync costs a third of a second even when there is nothing to do.</summary>
        private static async Task MigrateAsync(DataFolder folder, DbContextOptions<PortalContext> options, CancellationToken cancellationToken)
        {
            using var connection = Connect(folder);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version";
            var version = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
            if (version < SchemaVersion)
            {
                using var context = new PortalContext(options);
                await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
                command.CommandText = $"PRAGMA user_version={SchemaVersion}";
                command.ExecuteNonQuery();
            }
        }

        private static SqliteConnection Connect(DataFolder folder)
        {
            var connection = new SqliteConnection(ConnectionString(folder));
            connection.Open();
            StorePragmas.Apply(connection);
            return connection;
        }
    }
}
