using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>
/// What was done to instances, their keys and their settings, and which secrets were handed out: kept for good, each entry in the transaction
/// of what it tells. What callers asked of the records, carried out or refused, is the operations log's (<see cref="Operations.OperationLog"/>).
/// </summary>
internal sealed class ControlLog(DpsDatabase database, TimeProvider systemClock)
{
    /// <summary>Adds an entry within the transaction of what it tells.</summary>
    public void Add(SqliteConnection connection, string instance, string operation, string? detail, Caller? caller) => connection.Run(
        "INSERT INTO Log (At, Instance, Operation, Detail, CallerId, CallerName) VALUES ($0, $1, $2, $3, $4, $5)",
        systemClock.GetUtcNow().UtcTicks, instance, operation, detail, caller?.ObjectId, caller?.DisplayName);

    /// <summary>Adds what changes no state, such as a reveal; durable when this returns.</summary>
    public Task AddAsync(string instance, string operation, string? detail, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(instance, operation, detail, caller, _ => { }, cancellationToken);

    /// <summary>Makes a change and its entry, in one transaction.</summary>
    public Task ChangeAsync(
        string instance, string operation, string? detail, Caller? caller, Action<SqliteConnection> change, CancellationToken cancellationToken) =>
        database.ChangeAsync(
            connection =>
            {
                change(connection);
                Add(connection, instance, operation, detail, caller);
                return true;
            },
            cancellationToken);

    /// <summary>Whether this was ever done to the instance.</summary>
    public bool Has(string instance, string operation)
    {
        using var connection = database.Open();
        return connection.Exists("SELECT 1 FROM Log WHERE Instance = $0 AND Operation = $1", instance, operation);
    }
}
