using Microsoft.Data.Sqlite;

namespace DpsPortal.KeyVault.Storage;

/// <summary>
/// Reads whole tables at start, in plain SQL: building EF Core's model and compiling its queries would be most of the time
/// that a start takes. EF Core writes, and keeps the schema.
/// </summary>
internal static class StoredRows
{
    public static List<VaultRow> Vaults(VaultDatabase database) => database.Query(
        "SELECT Name, ResourceGroup, Location, PurgeProtection, RetentionDays, Created FROM Vaults",
        row => new VaultRow
        {
            Name = row.GetString(0),
            ResourceGroup = row.GetString(1),
            Location = row.GetString(2),
            PurgeProtection = row.GetBoolean(3),
            RetentionDays = row.GetInt32(4),
            Created = row.GetInt64(5),
        });

    public static List<KeyRow> Keys(VaultDatabase database) => database.Query(
        "SELECT Id, Vault, Name, RotationPolicy FROM Keys",
        row => new KeyRow { Id = row.GetInt64(0), Vault = row.GetString(1), Name = row.GetString(2), RotationPolicy = Text(row, 3) });

    /// <summary>In the order of their creation.</summary>
    public static List<KeyVersionRow> KeyVersions(VaultDatabase database) => database.Query(
        """
        SELECT Sequence, KeyId, Version, KeyType, Modulus, Exponent, SealedPrivateKey, Operations, Enabled, NotBefore, Expires, Created, Updated, Tags
        FROM KeyVersions ORDER BY Sequence
        """,
        row => new KeyVersionRow
        {
            Sequence = row.GetInt64(0),
            KeyId = row.GetInt64(1),
            Version = row.GetString(2),
            KeyType = row.GetString(3),
            Modulus = row.GetFieldValue<byte[]>(4),
            Exponent = row.GetFieldValue<byte[]>(5),
            SealedPrivateKey = row.GetFieldValue<byte[]>(6),
            Operations = row.GetString(7),
            Enabled = row.GetBoolean(8),
            NotBefore = Number(row, 9),
            Expires = Number(row, 10),
            Created = row.GetInt64(11),
            Updated = row.GetInt64(12),
            Tags = Text(row, 13),
        });

    public static List<RoleAssignmentRow> RoleAssignments(VaultDatabase database) => database.Query(
        "SELECT Name, Scope, RoleDefinitionId, PrincipalId, PrincipalType, Created FROM RoleAssignments",
        row => new RoleAssignmentRow
        {
            Name = row.GetGuid(0),
            Scope = row.GetString(1),
            RoleDefinitionId = row.GetGuid(2),
            PrincipalId = row.GetGuid(3),
            PrincipalType = row.GetString(4),
            Created = row.GetInt64(5),
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

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
