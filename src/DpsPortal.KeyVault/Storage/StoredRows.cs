using Microsoft.Data.Sqlite;

namespace DpsPortal.KeyVault.Storage;

/// <summary>
/// Reads whole tables at start, in plain SQL: building EF Core's model and compiling its queries would be most of the time
/// that a start takes. EF Core writes, and keeps the schema.
/// </summary>
internal static class StoredRows
{
    public static List<VaultRow> Vaults(VaultDatabase database) => database.Query(
        "SELECT Name, ResourceGroup, Location, PurgeProtection, RetentionDays, Created, Sku, NetworkAcls, Deleted, ScheduledPurge, Tags FROM Vaults",
        row => new VaultRow
        {
            Name = row.GetString(0),
            ResourceGroup = row.GetString(1),
            Location = row.GetString(2),
            PurgeProtection = row.GetBoolean(3),
            RetentionDays = row.GetInt32(4),
            Created = row.GetInt64(5),
            Sku = row.GetString(6),
            NetworkAcls = Text(row, 7),
            Deleted = Number(row, 8),
            ScheduledPurge = Number(row, 9),
            Tags = Text(row, 10),
        });

    public static List<KeyRow> Keys(VaultDatabase database) => database.Query(
        "SELECT Id, Vault, Name, RotationPolicy, Deleted, ScheduledPurge FROM Keys",
        row => new KeyRow
        {
            Id = row.GetInt64(0),
            Vault = row.GetString(1),
            Name = row.GetString(2),
            RotationPolicy = Text(row, 3),
            Deleted = Number(row, 4),
            ScheduledPurge = Number(row, 5),
        });

    /// <summary>In the order of their creation.</summary>
    public static List<KeyVersionRow> KeyVersions(VaultDatabase database) => database.Query(
        """
        SELECT Sequence, KeyId, Version, KeyType, Size, Modulus, Exponent, Curve, X, Y, SealedPrivateKey, Operations, Enabled, NotBefore, Expires,
            Created, Updated, Tags, NearExpiryPublished, ExpiredPublished
        FROM KeyVersions ORDER BY Sequence
        """,
        row => new KeyVersionRow
        {
            Sequence = row.GetInt64(0),
            KeyId = row.GetInt64(1),
            Version = row.GetString(2),
            KeyType = row.GetString(3),
            Size = row.GetInt32(4),
            Modulus = Bytes(row, 5),
            Exponent = Bytes(row, 6),
            Curve = Text(row, 7),
            X = Bytes(row, 8),
            Y = Bytes(row, 9),
            SealedPrivateKey = row.GetFieldValue<byte[]>(10),
            Operations = row.GetString(11),
            Enabled = row.GetBoolean(12),
            NotBefore = Number(row, 13),
            Expires = Number(row, 14),
            Created = row.GetInt64(15),
            Updated = row.GetInt64(16),
            Tags = Text(row, 17),
            NearExpiryPublished = row.GetBoolean(18),
            ExpiredPublished = row.GetBoolean(19),
        });

    public static List<RoleAssignmentRow> RoleAssignments(VaultDatabase database) => database.Query(
        "SELECT Name, Scope, RoleDefinitionId, PrincipalId, PrincipalType, Created, Removed FROM RoleAssignments",
        row => new RoleAssignmentRow
        {
            Name = row.GetGuid(0),
            Scope = row.GetString(1),
            RoleDefinitionId = row.GetGuid(2),
            PrincipalId = row.GetGuid(3),
            PrincipalType = row.GetString(4),
            Created = row.GetInt64(5),
            Removed = Number(row, 6),
        });

    public static List<ManagedIdentityRow> ManagedIdentities(VaultDatabase database) => database.Query(
        "SELECT ClientId, PrincipalId, ResourceGroup, Name, Location FROM ManagedIdentities",
        row => new ManagedIdentityRow
        {
            ClientId = row.GetGuid(0),
            PrincipalId = row.GetGuid(1),
            ResourceGroup = row.GetString(2),
            Name = row.GetString(3),
            Location = row.GetString(4),
        });

    public static List<ApplicationRow> Applications(VaultDatabase database) => database.Query(
        "SELECT ClientId, ObjectId, Name, SecretHash, Created FROM Applications",
        row => new ApplicationRow
        {
            ClientId = row.GetGuid(0),
            ObjectId = row.GetGuid(1),
            Name = row.GetString(2),
            SecretHash = row.GetFieldValue<byte[]>(3),
            Created = row.GetInt64(4),
        });

    private static byte[]? Bytes(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
