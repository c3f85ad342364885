using System.Globalization;
using Microsoft.Data.Sqlite;

#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#else
namespace DpsPortal.Services.Storage;
#endif

/// <summary>
/// The file of the database as a start finds it. What cannot be used is refused in one sentence that names the file and the remedy,
/// before anything is written to it; and nothing is made anew beside what an earlier start has left.
/// </summary>
/// <param name="remains">What shows that an earlier start has made the database; <see langword="null"/> where nothing does.</param>
internal sealed class StoreFile(string path, string? remains = null)
{
    /// <summary>
    /// Up to this size a start reads the whole database, which takes a tenth of a second at most. Beyond it the start would wait for
    /// that alone, and <see cref="StoreCheck"/> reads it beside the service.
    /// </summary>
    public const long CheckedAtStart = 32L << 20;

    /// <summary>In seconds: how long a running system waits for a lock before it says that the store cannot be used.</summary>
    public const int LongestWait = 10;

    private const string Untouched = "Nothing was written to it.";

    /// <summary>In seconds: what a copy under way, or a process that is ending, may still need.</summary>
    private const int Patience = 5;

    /// <summary>More than SQLite needs for its helper files.</summary>
    private const int NeededSpace = 64 << 10;

    public bool IsNew => new FileInfo(path) is not { Exists: true, Length: > 0 };

    public override string ToString() => path;

    public bool IsLarge => new FileInfo(path) is { Exists: true, Length: > CheckedAtStart };

    /// <summary>This process owns the folder, and has no connection yet.</summary>
    /// <exception cref="StartRefusal">It cannot be used, or it is gone.</exception>
    public void Inspect(int schemaVersion)
    {
        RefuseFullOrReadOnlyFolder();
        var lost = new FileInfo(path) switch { { Exists: false } => "missing", { Length: 0 } => "empty", _ => null };
        if (lost is not null)
        {
            RefuseLoss(lost);
            return;
        }

        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            // That it may be written.
        }

        // Closing a connection that may write also moves the write-ahead log into the file. After a crash in SQLite's very first step
        // there is another log, which a connection that only reads cannot undo.
        using (var reading = Connect(File.Exists(path + "-journal") ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadOnly))
        {
            RefuseContents(reading, schemaVersion);
        }

        using var writing = Connect(SqliteOpenMode.ReadWrite);
        using var begin = writing.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
        begin.ExecuteNonQuery();
    }

    /// <summary>What SQLite finds wrong with the database, which is read as a whole; <see langword="null"/> if nothing.</summary>
    public string? FindDamage()
    {
        using var reading = Connect(SqliteOpenMode.ReadOnly);
        return FindDamage(reading);
    }

    /// <summary>The refusal that a fault of the disk or of SQLite means; <see langword="null"/> where it means none and is a bug.</summary>
    public StartRefusal? Explain(Exception fault)
    {
        // An exception of the operating system names its file; one of SQLite does not, but there is only one database.
        var (kind, what) = StoreFaults.Of(fault) is { } ofStore ? ((StoreFault?)ofStore, $"'{path}'") : (FileFaults.Of(fault), fault.Message.TrimEnd('.'));
        return kind is null ? null : Refusal(kind.Value, what, fault);
    }

    /// <param name="detail">As SQLite said it.</param>
    public string Damage(string detail) =>
        $"'{path}' is damaged ({detail.ReplaceLineEndings(" ").TrimEnd('.')}). Put it back from a backup, without the files -wal and -shm beside it, " +
        $"{StartOver}.";

    private string StartOver =>
        $"or delete the data folder '{Path.GetDirectoryName(Path.GetDirectoryName(path))}' to start over with nothing{StoreOwner.ButKeep}";

    private void RefuseFullOrReadOnlyFolder()
    {
        var folder = Path.GetDirectoryName(path)!;
        var probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
        try
        {
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(new byte[NeededSpace]);
        }
        catch (Exception fault) when (FileFaults.Of(fault) is { } kind)
        {
            throw Refusal(kind, $"'{folder}'", fault);
        }
        finally
        {
            File.Delete(probe);
        }
    }

    private StartRefusal Refusal(StoreFault kind, string what, Exception fault) => kind switch
    {
        StoreFault.Damaged => new($"{Damage(fault.Message)} {Untouched}", fault),
        StoreFault.Full => new($"There is no space left on the disk: {what}. Free some and start again; nothing was changed.", fault),
        StoreFault.ReadOnly =>
            new(
                $"The data cannot be written: {what}. Let this user write it (chmod u+rwX), mount the disk for writing, or set another folder " +
                $"({StoreOwner.Setting}).",
                fault),
        StoreFault.Locked => new($"Another program has locked the data: {what}. End it, or wait until it is done, and start again.", fault),
        _ => new($"The data cannot be read or written: {what}. See that the disk is in order and that this user may enter the folder, and start again.", fault),
    };

    private void RefuseLoss(string how)
    {
        var log = path + "-wal";
        if ((remains ?? (new FileInfo(log) is { Exists: true, Length: > 0 } ? $"'{log}'" : null)) is { } evidence)
        {
            throw new StartRefusal(
                $"'{path}' is {how}, but {evidence} shows that there has been one. Put it back from a backup, {StartOver}. Nothing was made anew.");
        }
    }

    private void RefuseContents(SqliteConnection reading, int schemaVersion)
    {
        if (Number(reading, "PRAGMA user_version") is var version && version > schemaVersion)
        {
            throw new StartRefusal(
                $"'{path}' was written by a newer release (schema {version}; this one knows {schemaVersion}). Start that release, or put back a " +
                "backup from before it.");
        }

        if (!IsLarge && FindDamage(reading) is { } damage)
        {
            throw new StartRefusal($"{Damage(damage)} {Untouched}");
        }

        if (Number(reading, "SELECT count(*) FROM sqlite_master") == 0)
        {
            RefuseLoss("empty");
        }
    }

    private static string? FindDamage(SqliteConnection reading)
    {
        using var check = reading.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        check.CommandTimeout = 0;
        return (string?)check.ExecuteScalar() is var answer && answer == "ok" ? null : answer ?? "no answer";
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = Patience,
        }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
