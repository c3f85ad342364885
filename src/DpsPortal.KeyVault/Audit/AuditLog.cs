using System.Threading.Channels;
using DpsPortal.KeyVault.Storage;
using Microsoft.Data.Sqlite;

namespace DpsPortal.KeyVault.Audit;

/// <summary>
/// Group commit: events that wait together share one durable commit, and nobody is answered before theirs.
/// Plain SQL with one prepared command, because this is on the path of every request.
/// </summary>
internal sealed class AuditLog : IAsyncDisposable
{
    private const int LargestBatch = 256;
    private static readonly string[] Columns =
    [
        "Time", "OperationName", "ResourceId", "OperationVersion", "ClientInfo", "ResultType", "ResultSignature", "ResultDescription", "CorrelationId", "CallerObjectId",
        "CallerAppId", "CallerIpAddress", "RequestUri", "Id", "HttpStatusCode", "DurationMs",
    ];

    private readonly VaultDatabase _database;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(4 * LargestBatch) { SingleReader = true });
    private readonly Task _writer;

    public AuditLog(VaultDatabase database)
    {
        _database = database;
        _connection = database.Connect();
        _insert = Prepare(_connection);
        _writer = Task.Run(WriteAllAsync);
    }

    /// <summary>Returns when the event is on the disk.</summary>
    public async Task AppendAsync(AuditEventRow row)
    {
        var entry = new Waiting(row);
        await _waiting.Writer.WriteAsync(entry);
        await entry.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writer;
        await _insert.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task WriteAllAsync()
    {
        var batch = new List<Waiting>(LargestBatch);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            using (await _database.TakeTurnAsync())
            {
                while (batch.Count < LargestBatch && _waiting.Reader.TryRead(out var entry))
                {
                    batch.Add(entry);
                }
                Commit(batch);
            }
            batch.Clear();
        }
    }

    private void Commit(List<Waiting> batch)
    {
        try
        {
            using var transaction = _connection.BeginTransaction();
            _insert.Transaction = transaction;
            foreach (var entry in batch)
            {
                Fill(_insert, entry.Row);
                _insert.ExecuteNonQuery();
            }
            transaction.Commit();
            batch.ForEach(entry => entry.Done.TrySetResult());
        }
        catch (Exception fault)
        {
            // Whatever it is, it is the answer of every waiting request; the writer itself must live on.
            batch.ForEach(entry => entry.Done.TrySetException(fault));
        }
    }

    private static SqliteCommand Prepare(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO AuditEvents ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(column => "$" + column))})";
        foreach (var column in Columns)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + column });
        }
        return command;
    }

    private static void Fill(SqliteCommand command, AuditEventRow row)
    {
        object?[] values =
        [
            row.Time, row.OperationName, row.ResourceId, row.OperationVersion, row.ClientInfo, row.ResultType, row.ResultSignature, row.ResultDescription, row.CorrelationId, row.CallerObjectId,
            row.CallerAppId, row.CallerIpAddress, row.RequestUri, row.Id, row.HttpStatusCode, row.DurationMs,
        ];
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        }
    }

    private sealed record Waiting(AuditEventRow Row)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
