using System.Globalization;
using System.Security.Cryptography;
using DpsPortal.KeyVault.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Storage;

/// <summary>Opens and migrates vault.db, and lets one writer in at a time: this process is the only one (the folder is locked).</summary>
internal sealed class VaultDatabase : IDisposable
{
    /// <summary>PRAGMA user_version of a database that has every migration; a test holds it against their number.</summary>
    public const int SchemaVersion = 3;
    private const string File = "vault.db";
    private static readonly byte[] Check = "dps-portal embedded vault"u8.ToArray();

    private readonly string _connectionString;
    private readonly StorePresence _presence;
    private readonly Lazy<DbContextOptions<VaultDbContext>> _options;
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>The check value without opening the database in earnest; null where it has none yet.</summary>
    public static byte[]? ReadCheck(ProtectedFolder folder)
    {
        if (!ExistsIn(folder))
        {
            return null;
        }

        using var database = new VaultDatabase(folder.PathOf(File));
        return database.Query("SELECT 1 FROM sqlite_master WHERE name = 'SealedChecks'", _ => true) is []
            ? null
            : database.Query("SELECT Value FROM SealedChecks", row => row.GetFieldValue<byte[]>(0)).SingleOrDefault();
    }

    public static byte[] SealCheck(MasterKey masterKey) => masterKey.Seal(Check, nameof(SealedCheckRow));

    public VaultDatabase(string path)
    {
        // The file is made before: a connection makes none.
        _presence = new StorePresence(path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = StoreFile.LongestWait,
        }.ConnectionString;
        _options = new(() => new DbContextOptionsBuilder<VaultDbContext>().UseSqlite(_connectionString).AddInterceptors(_presence, new StorePragmas()).Options);
    }

    public static bool ExistsIn(ProtectedFolder folder) => folder.Has(File);

    /// <summary>Without looking at anything.</summary>
    public static StoreFile FileAt(string dataDirectory) => new(Path.Combine(Path.TrimEndingDirectorySeparator(dataDirectory), File));

    public static StoreFile FileOf(VaultFolders folders) => new(folders.Database.PathOf(File), MasterKey.FoundIn(folders.MasterKey));

    /// <summary>
    /// Looks at the database before anything else is made or opened. A new one is whole before its master key is made: a key without
    /// a database can then only mean that the database was lost.
    /// </summary>
    /// <exception cref="VaultStartRefusedException">It cannot be used, or it is gone.</exception>
    public static async Task PrepareAsync(VaultFolders folders, CancellationToken cancellationToken)
    {
        FileOf(folders).Inspect(SchemaVersion);
        folders.Database.EnsureFile(File);
        if (ReadCheck(folders.Database) is null)
        {
            using var database = new VaultDatabase(folders.Database.PathOf(File));
            await database.MigrateAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public static async Task<VaultDatabase> OpenAsync(ProtectedFolder folder, MasterKey masterKey, CancellationToken cancellationToken)
    {
        folder.EnsureFile(File);
        var database = new VaultDatabase(folder.PathOf(File));
        try
        {
            await database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            // A process that died between a purge and its truncation left the purged pages in the log.
            database.TruncateLog();
            database.Verify(masterKey);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Raised after each change, when it has been published. Not for audit events.</summary>
    public event Action? Changed;

    /// <summary>For whoever keeps a connection of one's own.</summary>
    /// <exception cref="SqliteException">The file was deleted while it was in use.</exception>
    public void RequirePresence() => _presence.Require();

    public VaultDbContext CreateContext() => new(_options.Value);

    /// <summary>A connection of one's own, outside EF Core, under the same PRAGMAs.</summary>
    public SqliteConnection Connect()
    {
        _presence.Require();
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        StorePragmas.Apply(connection);
        return connection;
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>
    /// Runs one change as one transaction. <paramref name="publish"/> runs after the commit and before the next writer,
    /// so that what is in memory follows the order of the commits. A change that has begun is finished even if its caller leaves.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<VaultDbContext, Task<T>> change, Action<T> publish)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        return await CommitAsync(change, publish).ConfigureAwait(false);
    }

    /// <summary>As <see cref="WriteAsync"/>; and when it returns, what was deleted lies in no file any more.</summary>
    /// <param name="erase">Deletes, and answers what.</param>
    public async Task<IReadOnlyList<T>> EraseAsync<T>(Func<VaultDbContext, Task<IReadOnlyList<T>>> erase, Action<IReadOnlyList<T>> publish)
    {
        using var turn = await TakeTurnAsync().ConfigureAwait(false);
        var erased = await CommitAsync(erase, publish).ConfigureAwait(false);
        if (erased.Count > 0)
        {
            TruncateLog();
        }

        return erased;
    }

    private async Task<T> CommitAsync<T>(Func<VaultDbContext, Task<T>> change, Action<T> publish)
    {
        using var context = CreateContext();
        using var transaction = await context.Database.BeginTransactionAsync().ConfigureAwait(false);
        var result = await change(context).ConfigureAwait(false);
        await context.SaveChangesAsync().ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        publish(result);
        Changed?.Invoke();
        return result;
    }

    public async Task<IDisposable> TakeTurnAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        return new Turn(_writing);
    }

    /// <summary>For a thread that may block.</summary>
    public IDisposable TakeTurn()
    {
        _writing.Wait();
        return new Turn(_writing);
    }

    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writing.Dispose();
    }

    /// <summary>
    /// Moves the write-ahead log into the database and empties it: it has the pages of a deleted row as they were. No other writer
    /// may be at work; a reader is waited for (busy_timeout).
    /// </summary>
    private void TruncateLog()
    {
        if (Query("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt32(0)) is not [0])
        {
            throw new InvalidOperationException(
                "The write-ahead log cannot be emptied while something else reads the database; purged keys may still lie in it.");
        }
    }

    /// <summary>The warm path is one PRAGMA: MigrateAsync costs a third of a second even when there is nothing to do.</summary>
    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (version < SchemaVersion)
        {
            using var context = CreateContext();
            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            command.CommandText = $"PRAGMA user_version={SchemaVersion}";
            command.ExecuteNonQuery();
        }
    }

    private void Verify(MasterKey masterKey)
    {
        if (Query("SELECT Value FROM SealedChecks", row => row.GetFieldValue<byte[]>(0)) is not [var stored])
        {
            StoreCheck(masterKey);
            return;
        }

        try
        {
            masterKey.Open(stored, nameof(SealedCheckRow));
        }
        catch (CryptographicException fault)
        {
            throw new VaultStartRefusedException(
                "The master key does not belong to this vault's database. Put the right one back; nothing has been changed.", fault);
        }
    }

    /// <summary>Without a check value the database must be new; with keys in it, someone took the value out.</summary>
    private void StoreCheck(MasterKey masterKey)
    {
        if (Query("SELECT 1 FROM KeyVersions LIMIT 1", _ => true).Count > 0)
        {
            throw new VaultStartRefusedException("The vault's database has keys but no check value; it has been tampered with.");
        }

        using var context = CreateContext();
        context.Add(new SealedCheckRow { Id = 1, Value = SealCheck(masterKey) });
        context.SaveChanges();
    }

    private sealed class Turn(SemaphoreSlim writing) : IDisposable
    {
        public void Dispose() => writing.Release();
    }
}
