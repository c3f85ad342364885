using DpsPortal.KeyVault.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DpsPortal.KeyVault.Audit;

/// <summary>
/// Writes batches of events with statements prepared once and bound through SQLite's own interface: on the path of every
/// request, a parameter object per column would cost as much as the rest of the row.
/// </summary>
internal sealed class AuditStatements : IDisposable
{
    private const string Columns =
        "Time, OperationName, ResourceId, OperationVersion, ClientInfo, ResultType, ResultSignature, ResultDescription, CorrelationId, " +
        "CallerObjectId, CallerAppId, CallerIpAddress, RequestUri, Id, HttpStatusCode, DurationMs";

    private readonly SqliteConnection _connection;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _insert;
    private readonly sqlite3_stmt _commit;
    private readonly sqlite3_stmt _rollback;

    public AuditStatements(SqliteConnection connection)
    {
        _connection = connection;
        _database = connection.Handle!;
        _begin = Prepare("BEGIN IMMEDIATE");
        _insert = Prepare($"INSERT INTO AuditEvents ({Columns}) VALUES ({string.Join(", ", Columns.Split(", ").Select(_ => "?"))})");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
    }

    /// <summary>All of the rows, durably, or an exception and none.</summary>
    public void Write(IEnumerable<AuditEventRow> rows)
    {
        Run(_begin);
        try
        {
            foreach (var row in rows)
            {
                Bind(row);
                Run(_insert);
            }

            Run(_commit);
        }
        catch
        {
            // Some failures have rolled back already.
            if (raw.sqlite3_get_autocommit(_database) == 0)
            {
                Run(_rollback);
            }

            throw;
        }
    }

    public void Dispose()
    {
        _begin.Dispose();
        _insert.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
        _connection.Dispose();
    }

    private void Bind(AuditEventRow row)
    {
        var column = 0;
        raw.sqlite3_bind_int64(_insert, ++column, row.Time);
        Bind(++column, row.OperationName);
        Bind(++column, row.ResourceId);
        Bind(++column, row.OperationVersion);
        Bind(++column, row.ClientInfo);
        Bind(++column, row.ResultType);
        Bind(++column, row.ResultSignature);
        Bind(++column, row.ResultDescription);
        Bind(++column, row.CorrelationId);
        Bind(++column, row.CallerObjectId);
        Bind(++column, row.CallerAppId);
        Bind(++column, row.CallerIpAddress);
        Bind(++column, row.RequestUri);
        Bind(++column, row.Id);
        raw.sqlite3_bind_int64(_insert, ++column, row.HttpStatusCode);
        raw.sqlite3_bind_int64(_insert, ++column, row.DurationMs);
    }

    private void Bind(int column, string? text)
    {
        if (text is null)
        {
            raw.sqlite3_bind_null(_insert, column);
            return;
        }

        raw.sqlite3_bind_text(_insert, column, text);
    }

    /// <summary>In the form in which EF Core writes and reads one.</summary>
    private void Bind(int column, Guid? id) => Bind(column, id?.ToString().ToUpperInvariant());

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_database, sql, out var statement));
        return statement;
    }

    private void Run(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
