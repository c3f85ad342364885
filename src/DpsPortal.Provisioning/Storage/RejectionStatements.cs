using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Prepared statements of the log of rejections, on a connection of their own.</summary>
internal sealed class RejectionStatements : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _trim;

    public RejectionStatements(SqliteConnection connection)
    {
        _connection = connection;
        _insert = connection.Prepared(
            """
            INSERT INTO RejectedReads (Sequence, At, Instance, Operation, Kind, RecordId, StatusCode, ErrorCode, Access, Cause,
                VaultErrorCode, KeyVersion, CallerId, CallerName, Latency)
            VALUES (@sequence, @at, @instance, @operation, @kind, @record, @status, @error, @access, @cause,
                @vaultError, @key, @callerId, @callerName, @latency)
            """,
            "@sequence", "@at", "@instance", "@operation", "@kind", "@record", "@status", "@error", "@access", "@cause",
            "@vaultError", "@key", "@callerId", "@callerName", "@latency");
        _trim = connection.Prepared("DELETE FROM RejectedReads WHERE Sequence <= @upTo", "@upTo");
    }

    public long LastSequence()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(Sequence), 0) FROM RejectedReads";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Writes a batch in one transaction and removes what is older than the latest <paramref name="kept"/>.</summary>
    public void Write(IReadOnlyList<RejectedRead> batch, int kept)
    {
        using var transaction = _connection.BeginTransaction();
        _insert.Transaction = _trim.Transaction = transaction;
        foreach (var read in batch)
        {
            _insert.Bind(
                read.Sequence, read.At.UtcTicks, read.Instance, read.Operation, (int)read.Kind, read.RecordId, read.StatusCode,
                read.ErrorCode, (int)read.Access, (int)read.Cause, read.VaultErrorCode, read.KeyVersion?.ToString(),
                read.Caller.ObjectId, read.Caller.DisplayName, read.Latency.Ticks).ExecuteNonQuery();
        }

        _trim.Bind(batch[^1].Sequence - kept).ExecuteNonQuery();
        transaction.Commit();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _trim.Dispose();
        _connection.Dispose();
    }
}
