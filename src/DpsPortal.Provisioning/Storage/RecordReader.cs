using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>
/// Prepared statements for reading records, on a connection of their own. For one thread at a time. A record that lies on a damaged page
/// of the file is returned as unreadable: it does not open, and costs no other.
/// </summary>
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
    private readonly SqliteCommand _newest;
    private readonly SqliteCommand _deletion;

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
            $"SELECT {Columns}, Envelope FROM Records WHERE InstanceId = @instance AND Kind = @kind AND GroupId = @group AND Id > @after ORDER BY Id " +
            "LIMIT @count",
            "@instance", "@kind", "@group", "@after", "@count");
        _scan = connection.Prepared(
            $"SELECT {Columns}, Envelope FROM Records WHERE InstanceId = @instance AND (Kind, Id) > (@kind, @after) ORDER BY Kind, Id LIMIT @count",
            "@instance", "@kind", "@after", "@count");
        _old = connection.Prepared(
            $"SELECT {Columns}, Envelope, rowid FROM Records WHERE InstanceId = @instance AND Dek <= @upTo AND (Dek, rowid) > (@dek, @row) ORDER BY " +
            "Dek, rowid LIMIT @count",
            "@instance", "@upTo", "@dek", "@row", "@count");
        _dek = connection.Prepared("SELECT Wrapped FROM Deks WHERE InstanceId = @instance AND Number = @number", "@instance", "@number");
        _newest = connection.Prepared("SELECT Revision FROM Instances WHERE Id = @instance", "@instance");
        _deletion = connection.Prepared(
            "SELECT Revision, At FROM Deletions WHERE InstanceId = @instance AND Kind = @kind AND Id = @id", "@instance", "@kind", "@id");
    }

    /// <summary>Revision of the newest write or deletion in the instance.</summary>
    public long NewestRevision(long instance) => (long)_newest.Bind(instance).ExecuteScalar()!;

    /// <summary>The latest deletion of a record of this id, also where there is one again.</summary>
    public (long Revision, long At)? FindDeletion(long instance, RecordKind kind, string id)
    {
        using var reader = _deletion.Bind(instance, (int)kind, id).ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    public StoredRecord? Find(long instance, RecordKind kind, string id)
    {
        try
        {
            using var reader = _find.Bind(instance, (int)kind, id).ExecuteReader();
            return reader.Read() ? Read(reader, withEnvelope: true) : null;
        }
        catch (SqliteException fault) when (StoreFaults.Of(fault) == StoreFault.Damaged)
        {
            return StoredRecord.Unreadable(kind, id);
        }
    }

    /// <summary>Records of one kind after an id, without their envelopes.</summary>
    public List<StoredRecord> Page(long instance, RecordKind kind, string? group, string after, int count) =>
        ReadAll(
            group is null ? _page.Bind(instance, (int)kind, after, count) : _pageOfGroup.Bind(instance, (int)kind, group, after, count),
            instance,
            withEnvelope: false);

    /// <summary>The records of a query, without their envelopes.</summary>
    public List<StoredRecord> Page(RecordListing listing, int count)
    {
        using var command = _connection.Statement(listing.Page(Columns, count), listing.Values);
        return ReadAll(command, listing.Instance, withEnvelope: false);
    }

    /// <summary>How many records a query has on all its pages: all of a kind, or up to one more than are counted.</summary>
    public long Count(RecordListing listing)
    {
        using var command = listing.IsNarrowed
            ? _connection.Statement(listing.Count(RecordPage.MostCounted), listing.Values)
            : _connection.Statement(
                "SELECT CASE $1 WHEN 1 THEN EnrollmentGroups WHEN 2 THEN IndividualEnrollments ELSE Registrations END FROM Instances WHERE Id = " +
                "$0", listing.Values);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Records of one kind after an id, with their envelopes.</summary>
    public List<StoredRecord> PageWithContents(long instance, RecordKind kind, string? group, string after, int count) =>
        ReadAll(
            group is null ? _contents.Bind(instance, (int)kind, after, count) : _contentsOfGroup.Bind(instance, (int)kind, group, after, count),
            instance,
            withEnvelope: true);

    /// <summary>Records of every kind after a position, with their envelopes.</summary>
    public List<StoredRecord> Scan(long instance, RecordKind kind, string after, int count) =>
        ReadAll(_scan.Bind(instance, (int)kind, after, count), instance, withEnvelope: true);

    /// <summary>Records under DEKs up to a number, after a position, with the number of their row.</summary>
    public List<(long Row, StoredRecord Record)> UnderOldDeks(long instance, int upTo, OldRecordPosition after, int count)
    {
        var listing = _old.Bind(instance, upTo, after.Dek, after.Row, count);
        try
        {
            var records = new List<(long, StoredRecord)>();
            using var reader = listing.ExecuteReader();
            while (reader.Read())
            {
                records.Add((reader.GetInt64(9), Read(reader, withEnvelope: true)));
            }

            return records;
        }
        catch (SqliteException fault) when (StoreFaults.Of(fault) == StoreFault.Damaged)
        {
            return [
                .. Names(listing, "Dek, rowid", names => (Dek: names.GetInt32(0), Row: names.GetInt64(1)))
                    .Select(name => (name.Row, AtRow(name.Row, name.Dek))),
            ];
        }
    }

    /// <summary><see langword="null"/> where there is none, or where it lies on a damaged page: its records then do not open.</summary>
    public byte[]? FindWrappedDek(long instance, int number)
    {
        try
        {
            return _dek.Bind(instance, number).ExecuteScalar() as byte[];
        }
        catch (SqliteException fault) when (StoreFaults.Of(fault) == StoreFault.Damaged)
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_find, _page, _pageOfGroup, _contents, _contentsOfGroup, _scan, _old, _dek, _newest, _deletion])
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private List<StoredRecord> ReadAll(SqliteCommand listing, long instance, bool withEnvelope)
    {
        try
        {
            var records = new List<StoredRecord>();
            using var reader = listing.ExecuteReader();
            while (reader.Read())
            {
                records.Add(Read(reader, withEnvelope));
            }

            return records;
        }
        catch (SqliteException fault) when (StoreFaults.Of(fault) == StoreFault.Damaged)
        {
            return [
                .. Names(listing, "Kind, Id", names => (Kind: (RecordKind)names.GetInt32(0), Id: names.GetString(1)))
                    .Select(name => Find(instance, name.Kind, name.Id)!),
            ];
        }
    }

    /// <summary>
    /// What a listing finds, by columns that an index has, so that the damaged page need not be read; each is then read alone. Where the
    /// index is damaged too, the fault is thrown.
    /// </summary>
    private List<T> Names<T>(SqliteCommand listing, string columns, Func<SqliteDataReader, T> read)
    {
        using var names = _connection.CreateCommand();
        names.CommandText = $"SELECT {columns} {listing.CommandText[listing.CommandText.IndexOf("FROM", StringComparison.Ordinal)..]}";
        foreach (SqliteParameter parameter in listing.Parameters)
        {
            names.Parameters.AddWithValue(parameter.ParameterName, parameter.Value);
        }

        using var reader = names.ExecuteReader();
        var found = new List<T>();
        while (reader.Read())
        {
            found.Add(read(reader));
        }

        return found;
    }

    private StoredRecord AtRow(long row, int dek)
    {
        try
        {
            using var find = _connection.Statement($"SELECT {Columns}, Envelope FROM Records WHERE rowid = $0", row);
            using var reader = find.ExecuteReader();
            return reader.Read() ? Read(reader, withEnvelope: true) : StoredRecord.Unreadable(default, "", dek);
        }
        catch (SqliteException fault) when (StoreFaults.Of(fault) == StoreFault.Damaged)
        {
            return StoredRecord.Unreadable(default, "", dek);
        }
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
