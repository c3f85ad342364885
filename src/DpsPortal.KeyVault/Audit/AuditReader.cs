using DpsPortal.KeyVault.Storage;
using Microsoft.Data.Sqlite;

namespace DpsPortal.KeyVault.Audit;

/// <summary>Reads the log, newest first, a page at a time.</summary>
internal sealed class AuditReader(VaultDatabase database)
{
    private const string Columns =
        "Sequence, Time, OperationName, ResourceId, OperationVersion, ClientInfo, ResultType, ResultSignature, ResultDescription, CorrelationId, " +
        "CallerObjectId, CallerAppId, CallerIpAddress, RequestUri, Id, HttpStatusCode, DurationMs";

    /// <param name="resourceId">Of one vault, or null for the events of all and of none.</param>
    /// <param name="before">The last event of the page before.</param>
    public List<AuditEventRow> Read(string? resourceId, long before, int count) => database.Query(
        $"""
        SELECT {Columns} FROM AuditEvents
        WHERE Sequence < $before AND ($resource = '' OR ResourceId = $resource COLLATE NOCASE)
        ORDER BY Sequence DESC LIMIT $count
        """,
        Row, ("$before", before), ("$resource", resourceId ?? ""), ("$count", count));

    private static AuditEventRow Row(SqliteDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        Time = row.GetInt64(1),
        OperationName = row.GetString(2),
        ResourceId = row.GetString(3),
        OperationVersion = Text(row, 4),
        ClientInfo = Text(row, 5),
        ResultType = row.GetString(6),
        ResultSignature = row.GetString(7),
        ResultDescription = Text(row, 8),
        CorrelationId = row.GetString(9),
        CallerObjectId = row.IsDBNull(10) ? null : row.GetGuid(10),
        CallerAppId = row.IsDBNull(11) ? null : row.GetGuid(11),
        CallerIpAddress = row.GetString(12),
        RequestUri = row.GetString(13),
        Id = row.GetString(14),
        HttpStatusCode = row.GetInt32(15),
        DurationMs = row.GetInt64(16),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
