using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>
/// The latest re-encryption of each instance. How far it is is not stored: the records still under an old DEK say so, whatever
/// was interrupted.
/// </summary>
internal sealed class ReencryptionStore(DpsDatabase database, ControlLog log, TimeProvider systemClock)
{
    private const string Columns = "InstanceId, OperationId, UpTo, Total, Corrupt, StartedAt, FinishedAt";

    public ReencryptionRow? Find(long instance)
    {
        using var connection = database.Open();
        return Find(connection, instance);
    }

    /// <summary>Ids of the instances whose re-encryption has not finished.</summary>
    public List<long> Unfinished()
    {
        using var connection = database.Open();
        using var command = connection.Statement("SELECT InstanceId FROM Reencryptions WHERE FinishedAt IS NULL");
        using var reader = command.ExecuteReader();
        var ids = new List<long>();
        while (reader.Read())
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    /// <summary>Records of an instance still under the DEKs that are to go.</summary>
    public long CountRemaining(ReencryptionRow row)
    {
        using var connection = database.Open();
        using var count = connection.Statement("SELECT count(*) FROM Records WHERE InstanceId = $0 AND Dek <= $1", row.InstanceId, row.UpTo);
        return (long)count.ExecuteScalar()!;
    }

    /// <summary>During a write turn. Begins one, with the DEK that the first records go to, unless one runs or this operation has had its own.</summary>
    /// <param name="newDek">Makes the wrapped form of a DEK of the number given.</param>
    public ReencryptionRow Begin(InstanceHeader instance, Guid operation, Func<int, byte[]> newDek, Caller caller)
    {
        var connection = database.Control;
        if (Find(connection, instance.Id) is { } latest && (latest.FinishedAt is null || latest.OperationId == operation))
        {
            return latest;
        }

        using var transaction = connection.BeginTransaction();
        using var last = connection.Statement("SELECT coalesce(max(Number), 0) FROM Deks WHERE InstanceId = $0", instance.Id);
        var upTo = Convert.ToInt32(last.ExecuteScalar(), CultureInfo.InvariantCulture);
        var now = systemClock.GetUtcNow().UtcTicks;
        connection.Run(
            "INSERT INTO Deks (InstanceId, Number, Wrapped, Assigned, Reserved, CreatedAt) VALUES ($0, $1, $2, 0, 0, $3)",
            instance.Id, upTo + 1, newDek(upTo + 1), now);
        connection.Run("DELETE FROM Reencryptions WHERE InstanceId = $0", instance.Id);
        connection.Run(
            $"""
            INSERT INTO Reencryptions ({Columns})
            SELECT $0, $1, $2, count(*), 0, $3, NULL FROM Records WHERE InstanceId = $0 AND Dek <= $2
            """,
            instance.Id, operation, upTo, now);
        log.Add(connection, instance.Name, "StartReencryption", operation.ToString(), caller);
        transaction.Commit();
        return Find(connection, instance.Id)!;
    }

    /// <summary>During a write turn. Removes the DEKs that no record needs any more, looked up, not counted along, and ends it.</summary>
    /// <returns>The numbers removed.</returns>
    public List<int> Finish(ReencryptionRow row, string instance)
    {
        var connection = database.Control;
        using var transaction = connection.BeginTransaction();
        var pruned = Prune(connection, row);
        connection.Run(
            "UPDATE Reencryptions SET FinishedAt = $1, Corrupt = (SELECT count(*) FROM Records WHERE InstanceId = $0 AND Dek <= $2) WHERE InstanceId = $0",
            row.InstanceId, systemClock.GetUtcNow().UtcTicks, row.UpTo);
        log.Add(connection, instance, "FinishReencryption", string.Create(CultureInfo.InvariantCulture, $"{pruned.Count} keys removed"), caller: null);
        transaction.Commit();
        return pruned;
    }

    private static List<int> Prune(SqliteConnection connection, ReencryptionRow row)
    {
        using var delete = connection.Statement(
            """
            DELETE FROM Deks WHERE InstanceId = $0 AND Number <= $1
                AND NOT EXISTS (SELECT 1 FROM Records r WHERE r.InstanceId = $0 AND r.Dek = Deks.Number)
            RETURNING Number
            """,
            row.InstanceId, row.UpTo);
        using var reader = delete.ExecuteReader();
        var pruned = new List<int>();
        while (reader.Read())
        {
            pruned.Add(reader.GetInt32(0));
        }

        return pruned;
    }

    private static ReencryptionRow? Find(SqliteConnection connection, long instance)
    {
        using var find = connection.Statement($"SELECT {Columns} FROM Reencryptions WHERE InstanceId = $0", instance);
        using var reader = find.ExecuteReader();
        return reader.Read()
            ? new ReencryptionRow
            {
                InstanceId = reader.GetInt64(0),
                OperationId = reader.GetGuid(1),
                UpTo = reader.GetInt32(2),
                Total = reader.GetInt64(3),
                Corrupt = reader.GetInt64(4),
                StartedAt = reader.GetInt64(5),
                FinishedAt = reader.IsDBNull(6) ? null : reader.GetInt64(6),
            }
            : null;
    }
}
