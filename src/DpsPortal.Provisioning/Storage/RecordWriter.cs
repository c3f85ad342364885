using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Prepared statements for writing records. Used only during a write turn; each use is one transaction.</summary>
internal sealed class RecordWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _head;
    private readonly SqliteCommand _takeRevisions;
    private readonly SqliteCommand _count;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _noteDeletion;
    private readonly SqliteCommand _openDek;
    private readonly SqliteCommand _insertDek;
    private readonly SqliteCommand _assign;
    private readonly SqliteCommand _reserve;
    private readonly SqliteCommand[] _commands;
    private SqliteTransaction? _transaction;

    public RecordWriter(SqliteConnection connection)
    {
        _connection = connection;
        _head = connection.Prepared(
            "SELECT Revision, Dek, CreatedAt FROM Records WHERE InstanceId = @instance AND Kind = @kind AND Id = @id",
            "@instance", "@kind", "@id");
        _takeRevisions = connection.Prepared(
            "UPDATE Instances SET Revision = Revision + @count WHERE Id = @instance RETURNING Revision",
            "@count", "@instance");
        _count = connection.Prepared(
            """
            UPDATE Instances SET
                EnrollmentGroups = EnrollmentGroups + @groups,
                IndividualEnrollments = IndividualEnrollments + @individuals,
                Registrations = Registrations + @registrations
            WHERE Id = @instance
            RETURNING CASE WHEN @groups <> 0 THEN EnrollmentGroups WHEN @individuals <> 0 THEN IndividualEnrollments ELSE Registrations END
            """,
            "@groups", "@individuals", "@registrations", "@instance");
        _insert = connection.Prepared(
            """
            INSERT INTO Records (InstanceId, Kind, Id, GroupId, Status, Revision, CreatedAt, UpdatedAt, Dek, Envelope)
            VALUES (@instance, @kind, @id, @group, @status, @revision, @created, @updated, @dek, @envelope)
            """,
            "@instance", "@kind", "@id", "@group", "@status", "@revision", "@created", "@updated", "@dek", "@envelope");
        _update = connection.Prepared(
            """
            UPDATE Records SET GroupId = @group, Status = @status, Revision = @revision, UpdatedAt = @updated, Dek = @dek, Envelope = @envelope
            WHERE InstanceId = @instance AND Kind = @kind AND Id = @id
            """,
            "@group", "@status", "@revision", "@updated", "@dek", "@envelope", "@instance", "@kind", "@id");
        _delete = connection.Prepared(
            "DELETE FROM Records WHERE InstanceId = @instance AND Kind = @kind AND Id = @id",
            "@instance", "@kind", "@id");
        _noteDeletion = connection.Prepared(
            """
            INSERT INTO Deletions (InstanceId, Kind, Id, Revision, At) VALUES (@instance, @kind, @id, @revision, @at)
            ON CONFLICT DO UPDATE SET Revision = excluded.Revision, At = excluded.At
            """,
            "@instance", "@kind", "@id", "@revision", "@at");
        _openDek = connection.Prepared(
            "SELECT Number, Assigned FROM Deks WHERE InstanceId = @instance ORDER BY Number DESC LIMIT 1",
            "@instance");
        _insertDek = connection.Prepared(
            "INSERT INTO Deks (InstanceId, Number, Wrapped, Assigned, Reserved, CreatedAt) VALUES (@instance, @number, @wrapped, 0, @reserved, @created)",
            "@instance", "@number", "@wrapped", "@reserved", "@created");
        _assign = connection.Prepared(
            "UPDATE Deks SET Assigned = Assigned + @count WHERE InstanceId = @instance AND Number = @number",
            "@count", "@instance", "@number");
        _reserve = connection.Prepared(
            "UPDATE Deks SET Reserved = Reserved + @block WHERE InstanceId = @instance AND Number = @number AND Reserved + @block <= @most",
            "@block", "@instance", "@number", "@most");
        _commands = [_head, _takeRevisions, _count, _insert, _update, _delete, _noteDeletion, _openDek, _insertDek, _assign, _reserve];
    }

    /// <summary>For what is written in the same transaction, such as an entry of the log.</summary>
    public SqliteConnection Connection => _connection;

    /// <summary>Starts a transaction that is rolled back on disposal unless committed.</summary>
    public Work Begin()
    {
        Enlist(_connection.BeginTransaction());
        return new Work(this);
    }

    public RecordHead? Head(long instance, RecordKind kind, string id)
    {
        using var reader = _head.Bind(instance, (int)kind, id).ExecuteReader();
        return reader.Read() ? new RecordHead(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2)) : null;
    }

    /// <summary>Takes the next revisions of the instance.</summary>
    /// <returns>The first of them.</returns>
    public long TakeRevisions(long instance, int count) => (long)_takeRevisions.Bind(count, instance).ExecuteScalar()! - count + 1;

    /// <summary>Counts records of a kind up or down.</summary>
    /// <returns>How many of the kind there are now.</returns>
    public long Count(long instance, RecordKind kind, int added) =>
        (long)_count.Bind(
            kind == RecordKind.EnrollmentGroup ? added : 0,
            kind == RecordKind.IndividualEnrollment ? added : 0,
            kind == RecordKind.RegistrationRecord ? added : 0,
            instance).ExecuteScalar()!;

    public void Insert(long instance, StoredRecord record) =>
        _insert.Bind(
            instance, (int)record.Kind, record.Id, record.GroupId, record.Status, record.Revision,
            record.CreatedAt, record.UpdatedAt, record.Dek, record.Envelope).ExecuteNonQuery();

    public void Update(long instance, StoredRecord record) =>
        _update.Bind(
            record.GroupId, record.Status, record.Revision, record.UpdatedAt, record.Dek, record.Envelope,
            instance, (int)record.Kind, record.Id).ExecuteNonQuery();

    /// <summary>Takes the row away, with no word about it: for a record that is written anew. What is deleted for good is noted as well.</summary>
    public void Delete(long instance, RecordKind kind, string id) => _delete.Bind(instance, (int)kind, id).ExecuteNonQuery();

    /// <summary>Puts a deletion on record, in the transaction of the deletion.</summary>
    public void NoteDeletion(long instance, RecordKind kind, string id, long revision, long at) =>
        _noteDeletion.Bind(instance, (int)kind, id, revision, at).ExecuteNonQuery();

    /// <summary>The DEK that takes new records, with how many it has; <see langword="null"/> before the first.</summary>
    public (int Number, int Assigned)? OpenDek(long instance)
    {
        using var reader = _openDek.Bind(instance).ExecuteReader();
        return reader.Read() ? (reader.GetInt32(0), reader.GetInt32(1)) : null;
    }

    public void InsertDek(long instance, int number, byte[] wrapped, long reserved, long createdAt) =>
        _insertDek.Bind(instance, number, wrapped, reserved, createdAt).ExecuteNonQuery();

    /// <summary>Reserves a block of encryptions, durable when this returns: it is no part of a transaction.</summary>
    /// <returns>False when the DEK would have more than <paramref name="most"/>.</returns>
    public bool Reserve(long instance, int dek, long block, long most) => _transaction is null
        ? _reserve.Bind(block, instance, dek, most).ExecuteNonQuery() == 1
        : throw new InvalidOperationException("A reservation must not be undone with a transaction.");

    public void Assign(long instance, int dek, int count) => _assign.Bind(count, instance, dek).ExecuteNonQuery();

    public void Dispose()
    {
        foreach (var command in _commands)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private void Enlist(SqliteTransaction? transaction)
    {
        _transaction = transaction;
        foreach (var command in _commands)
        {
            command.Transaction = transaction;
        }
    }

    public readonly struct Work(RecordWriter writer) : IDisposable
    {
        public void Commit() => writer._transaction!.Commit();

        public void Dispose()
        {
            writer._transaction?.Dispose();
            writer.Enlist(null);
        }
    }
}
