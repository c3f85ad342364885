using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Campaigns;

/// <summary>What the database says about the keys and records of its one instance, read beside the engine.</summary>
internal sealed record StoredKeys(
    string Configured,
    long Epoch,
    IReadOnlyDictionary<string, (WrappedKeyUse Use, string Wrapped)> Forms,
    IReadOnlyDictionary<int, (long Assigned, long Reserved)> Deks,
    IReadOnlyDictionary<string, (int Dek, long Revision, string Envelope)> Records);

/// <summary>A connection of its own to the engine's database.</summary>
internal sealed class StoredKeysReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _instance;
    private readonly SqliteCommand _forms;
    private readonly SqliteCommand _deks;
    private readonly SqliteCommand _records;

    public StoredKeysReader(string file)
    {
        _connection = new SqliteConnection($"Data Source={file};Pooling=False");
        _connection.Open();
        _instance = Prepared("SELECT ConfiguredKey, Epoch FROM Instances");
        _forms = Prepared("SELECT WrappedBy, \"Use\", hex(Wrapped) FROM WrappedKeys");
        _deks = Prepared("SELECT Number, Assigned, Reserved FROM Deks");
        _records = Prepared("SELECT Id, Dek, Revision, hex(substr(Envelope, 1, 30)) FROM Records");
    }

    public StoredKeys Read()
    {
        var (configured, epoch) = Rows(_instance, row => (row.GetString(0), row.GetInt64(1))).Single();
        return new StoredKeys(
            configured,
            epoch,
            Rows(_forms, row => (row.GetString(0), ((WrappedKeyUse)row.GetInt32(1), row.GetString(2)))).ToDictionary(),
            Rows(_deks, row => (row.GetInt32(0), (row.GetInt64(1), row.GetInt64(2)))).ToDictionary(),
            Rows(_records, row => (row.GetString(0), (row.GetInt32(1), row.GetInt64(2), row.GetString(3)))).ToDictionary());
    }

    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_instance, _forms, _deks, _records])
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteCommand Prepared(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Prepare();
        return command;
    }

    private static List<T> Rows<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
