using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Provisioning.Storage;

/// <summary>
/// The one database file. This process owns it alone, so that the epoch may be held in memory: a second owner would not
/// notice a revoke.
/// </summary>
internal sealed class DpsDatabase : IDisposable
{
    /// <summary>Value of <c>PRAGMA user_version</c> after the last migration. Grows with each migration.</summary>
    public const int SchemaVersion = 5;

    private const string FileName = "dps.db";

    private readonly FileStream _ownership;
    private readonly StorePresence _presence;
    private readonly string _connectionString;
    private readonly Lazy<DbContextOptions<DpsDbContext>> _options;
    private readonly ConcurrentBag<RecordReader> _readers = [];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private RecordWriter? _writer;
    private ControlConnection? _control;

    private DpsDatabase(FileStream ownership, string path)
    {
        (_ownership, _presence) = (ownership, new StorePresence(path));

        // The file is made before: a connection makes none.
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = StoreFile.LongestWait,
        }.ToString();

        // Built once: anew for each context it would cost as much as the query. And lazily: a usual start needs none.
        _options = new(() => new DbContextOptionsBuilder<DpsDbContext>().UseSqlite(_connectionString).AddInterceptors(_presence, new StorePragmas()).Options);
    }

    /// <exception cref="ProvisioningStartRefusedException">Another process owns the folder, others may access it, or the database in it
    /// cannot be used or is gone.</exception>
    public static async Task<DpsDatabase> OpenAsync(string directory, CancellationToken cancellationToken)
    {
        var folder = ProtectedFolder.Open(directory);
        var database = new DpsDatabase(folder.Lock("dps.lock"), folder.PathOf(FileName));
        try
        {
            FileOf(directory).Inspect(SchemaVersion);

            // Created here, not by SQLite: its files inherit the mode, the write-ahead log included.
            folder.EnsureFile(FileName);
            await database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public static StoreFile FileOf(string directory) => new(Path.Combine(directory, FileName), PlatformKeys.FoundIn(KeysBeside(directory)));

    /// <summary>The folder of the platform key, apart from the data that it opens.</summary>
    public static string KeysBeside(string directory) => directory + "-keys";

    public SqliteConnection Open() => Open(new SqliteConnection(_connectionString));

    public DpsDbContext NewContext() => new(_options.Value);

    /// <summary>Waits for the right to write. SQLite has one writer; queueing here is fair and costs no busy retries.</summary>
    public async Task<WriteTurn> BeginWritingAsync(CancellationToken cancellationToken)
    {
        _presence.Require();
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new WriteTurn(_writing);
    }

    /// <summary>The prepared statements for writing records; only during a <see cref="WriteTurn"/>.</summary>
    public RecordWriter Writer => _writer ??= new RecordWriter(Open());

    /// <summary>The connection of the control plane's transactions; only during a <see cref="WriteTurn"/>.</summary>
    public SqliteConnection Control => _control ??= Open(new ControlConnection(_connectionString));

    /// <summary>Makes a change of the control plane in one transaction, in a write turn of its own.</summary>
    public async Task<T> ChangeAsync<T>(Func<SqliteConnection, T> change, CancellationToken cancellationToken)
    {
        using var turn = await BeginWritingAsync(cancellationToken).ConfigureAwait(false);
        using var transaction = Control.BeginTransaction();
        var result = change(Control);
        transaction.Commit();
        return result;
    }

    public RecordReader RentReader()
    {
        _presence.Require();
        return _readers.TryTake(out var reader) ? reader : new RecordReader(Open());
    }

    public void Return(RecordReader reader) => _readers.Add(reader);

    public void Dispose()
    {
        _writer?.Dispose();
        _control?.Dispose();
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _writing.Dispose();
        _ownership.Dispose();
    }

    private T Open<T>(T connection)
        where T : SqliteConnection
    {
        _presence.Require();
        connection.Open();
        StorePragmas.Apply(connection);
        return connection;
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        using (var connection = Open())
        {
            var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
            if (version == SchemaVersion)
            {
                // The usual start: asking EF Core would cost half a second.
                return;
            }
        }

        using (var context = NewContext())
        {
            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }

        using var migrated = Open();
        Execute(migrated, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={SchemaVersion}"));
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public readonly struct WriteTurn(SemaphoreSlim writing) : IDisposable
    {
        public void Dispose() => writing.Release();
    }
}
