using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Prepared statements for reading records, on a connection of their own. For one thread at a time.</summary>
internal sealed class RecordReader : IDisposable
{
    private const string Columns = "Kind, Id, GroupId, Status, Revision, CreatedAt, UpdatedAt, Dek";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _page;
    private readonly SqliteCommand _pageOfGroup;
    private readonly SqliteCommand _contents;
    private readonly SqliteCommand _contentsOfGroup;
    private readonly SqliteCommand _scan;
    private readonly SqliteCommand _old;
    private readonly SqliteCommand _dek;

    public RecordReader(SqliteConnection connection)
    {
        _connection = connection;
        _find = connection.Prepared(
            $"SELECT {Columns}, Envelope FROM Records WHERE InstanceId = @instance AND Kind = @kind AND Id = @id",
            "@instance", "@kind", "@id");
        _page = connection.Prepared(
            $"SELECT {Columns} FROM Records WHERE InstanceId = @instance AND Kind = @kind AND Id > @after ORDER BY Id LIMIT @count",
            "@instance", "@kind", "@after", "@count");
        _pageOfGroup = connection.Prepared(
            $"SELECT {Columns} FROM Records WHERE InstanceId = @instance AND Kind = @kind AND GroupId = @group AND Id > @after ORDER BY Id LIMIT @count",
            "@instance", "@kind", "@group", "@after", "@count");
        _contents = connection.Prepared(
            $"SELECT {Columns}, Envelope FROM Records WHERE InstanceId = @instance AND Kind = @kind AND Id > @after ORDER BY Id LIMIT @count",
            "@instance", "@kind", "@after", "@count");
        _contentsOfGroup = connection.Prepared(
            $"SELECT {Columns}, Envelope FROM Records WHERE InstanceId = @instance AND Kind = @kind AND GroupId = @group AND Id > @after ORDER BY Id LIMIT @count",
            "@instance", "@kind", "@group", "@after", "@count");
        _scan = connection.Prepared(
            $"SELECT {Columns}, Envelope FROM Records WHERE InstanceId = @instance AND (Kind, Id) > (@kind, @after) ORDER BY Kind, Id LIMIT @count",
            "@instance", "@kind", "@after", "@count");
        _old = connection.Prepared(
            $"SELECT {Columns}, Envelope, rowid FROM Records WHERE InstanceId = @instance AND Dek <= @upTo AND (Dek, rowid) > (@dek, @row) ORDER BY Dek, rowid LIMIT @count",
            "@instance", "@upTo", "@dek", "@row", "@count");
        _dek = connection.Prepared("SELECT Wrapped FROM Deks WHERE InstanceId = @instance AND Number = @number", "@instance", "@number");
    }

    public StoredRecord? Find(long instance, RecordKind kind, string id)
    {
        using var reader = _find.Bind(instance, (int)kind, id).ExecuteReader();
        return reader.Read() ? Read(reader, withEnvelope: true) : null;
    }

    /// <summary>Records of one kind after an id, without their envelopes.</summary>
    public List<StoredRecord> Page(long instance, RecordKind kind, string? group, string after, int count) =>
        ReadAll(
            group is null ? _page.Bind(instance, (int)kind, after, count) : _pageOfGroup.Bind(instance, (int)kind, group, after, count),
            withEnvelope: false);

    /// <summary>As <see cref="Page"/>, with their envelopes.</summary>
    public List<StoredRecord> PageWithContents(long instance, RecordKind kind, string? group, string after, int count) =>
        ReadAll(
            group is null ? _contents.Bind(instance, (int)kind, after, count) : _contentsOfGroup.Bind(instance, (int)kind, group, after, count),
            withEnvelope: true);

    /// <summary>Records of every kind after a position, with their envelopes.</summary>
    public List<StoredRecord> Scan(long instance, RecordKind kind, string after, int count) =>
        ReadAll(_scan.Bind(instance, (int)kind, after, count), withEnvelope: true);

    /// <summary>Records under DEKs up to a number, after a position, with the number of their row.</summary>
    public List<(long Row, StoredRecord Record)> UnderOldDeks(long instance, int upTo, OldRecordPosition after, int count)
    {
        var records = new List<(long, StoredRecord)>();
        using var reader = _old.Bind(instance, upTo, after.Dek, after.Row, count).ExecuteReader();
        while (reader.Read())
        {
            records.Add((reader.GetInt64(9), Read(reader, withEnvelope: true)));
        }

        return records;
    }

    public byte[]? FindWrappedDek(long instance, int number) => _dek.Bind(instance, number).ExecuteScalar() as byte[];

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_find, _page, _pageOfGroup, _contents, _contentsOfGroup, _scan, _old, _dek])
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private static List<StoredRecord> ReadAll(SqliteCommand command, bool withEnvelope)
    {
        var records = new List<StoredRecord>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            records.Add(Read(reader, withEnvelope));
        }

        return records;
    }

    private static StoredRecord Read(SqliteDataReader reader, bool withEnvelope) => new(
        (RecordKind)reader.GetInt32(0),
        reader.GetString(1),
        reader.IsDBNull(2) ? null : reader.GetString(2),
        reader.GetString(3),
        reader.GetInt64(4),
        reader.GetInt64(5),
        reader.GetInt64(6),
        reader.GetInt32(7),
        withEnvelope ? reader.GetFieldValue<byte[]>(8) : []);
}
