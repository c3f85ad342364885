using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Prepared statements of the operations log, on a connection of their own.</summary>
internal sealed class OperationStatements : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _trim;

    public OperationStatements(SqliteConnection connection)
    {
        _connection = connection;
        _insert = connection.Prepared(
            """
            INSERT INTO Operations (Sequence, At, Instance, Category, Protocol, Operation, Kind, RecordId, StatusCode, ErrorCode,
                Description, Access, Cause, VaultErrorCode, KeyVersion, CallerId, CallerName, Latency, TrackingId)
            VALUES (@sequence, @at, @instance, @category, @protocol, @operation, @kind, @record, @status, @error,
                @description, @access, @cause, @vaultError, @key, @callerId, @callerName, @latency, @tracking)
            """,
            "@sequence", "@at", "@instance", "@category", "@protocol", "@operation", "@kind", "@record", "@status", "@error",
            "@description", "@access", "@cause", "@vaultError", "@key", "@callerId", "@callerName", "@latency", "@tracking");
        _trim = connection.Prepared("DELETE FROM Operations WHERE Sequence <= @upTo", "@upTo");
    }

    public long LastSequence()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(Sequence), 0) FROM Operations";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Writes a batch in one transaction and removes what is older than the latest <paramref name="kept"/>.</summary>
    public void Write(IReadOnlyList<OperationEntry> batch, int kept)
    {
        using var transaction = _connection.BeginTransaction();
        _insert.Transaction = _trim.Transaction = transaction;
        foreach (var entry in batch)
        {
            _insert.Bind(
                entry.Sequence, entry.At.UtcTicks, entry.Instance, (int)entry.Category, (int)entry.Protocol, entry.Operation, (int?)entry.Kind,
                entry.RecordId, entry.StatusCode, entry.ErrorCode, entry.Description, (int?)entry.Denial?.Access, (int?)entry.Denial?.Cause,
                entry.Denial?.VaultErrorCode, entry.Denial?.KeyVersion?.ToString(), entry.Caller.ObjectId, entry.Caller.DisplayName,
                entry.Latency.Ticks, entry.TrackingId).ExecuteNonQuery();
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
