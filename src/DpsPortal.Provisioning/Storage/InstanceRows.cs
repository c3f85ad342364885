using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Reads and writes the rows of instances and of their wrapped keys.</summary>
internal static class InstanceRows
{
    private const string InstanceColumns =
        "BindingId, Name, ResourceGroup, Location, IdScope, OperationId, CreatedAt, ConfiguredKey, IdentityName, IdentityClientId, IdentityPrincipalId, "
        + "Access, Cause, VaultErrorCode, CheckedAt, VerifiedAt, Epoch, Revision, EnrollmentGroups, IndividualEnrollments, Registrations";

    private const string WrappedKeyColumns = "InstanceId, WrappedBy, Algorithm, Wrapped, CheckValue, \"Use\", WrappedAt";

    /// <summary>Every instance with its wrapped keys, by name.</summary>
    public static List<InstanceRow> ReadAll(SqliteConnection connection)
    {
        var keys = ReadWrappedKeys(connection).ToLookup(key => key.InstanceId);
        using var command = connection.Statement($"SELECT Id, {InstanceColumns} FROM Instances ORDER BY Name");
        using var reader = command.ExecuteReader();
        var rows = new List<InstanceRow>();
        while (reader.Read())
        {
            var row = ReadInstance(reader);
            row.WrappedKeys.AddRange(keys[row.Id]);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Inserts an instance with its wrapped keys and policies; their ids are known afterwards.</summary>
    public static void Insert(SqliteConnection connection, InstanceRow row)
    {
        using var insert = connection.Statement(
            $"INSERT INTO Instances ({InstanceColumns}) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 0, 0, " +
            "0) RETURNING Id",
            row.BindingId, row.Name, row.ResourceGroup, row.Location, row.IdScope, row.OperationId, row.CreatedAt, row.ConfiguredKey,
            row.IdentityName, row.IdentityClientId, row.IdentityPrincipalId, (int)row.Access, (int)row.Cause, row.VaultErrorCode,
            row.CheckedAt, row.VerifiedAt, row.Epoch);
        row.Id = (long)insert.ExecuteScalar()!;
        foreach (var key in row.WrappedKeys)
        {
            key.InstanceId = row.Id;
            Insert(connection, key);
        }

        foreach (var policy in row.Policies)
        {
            connection.Run(
                "INSERT INTO SharedAccessPolicies (InstanceId, Name, Rights, SealedKeys, CreatedAt) VALUES ($0, $1, $2, $3, $4)",
                row.Id, policy.Name, (int)policy.Rights, policy.SealedKeys, policy.CreatedAt);
        }
    }

    public static void Insert(SqliteConnection connection, WrappedKeyRow row) => connection.Run(
        $"INSERT INTO WrappedKeys ({WrappedKeyColumns}) VALUES ($0, $1, $2, $3, $4, $5, $6)",
        row.InstanceId, row.WrappedBy, row.Algorithm, row.Wrapped, row.CheckValue, (int)row.Use, row.WrappedAt);

    /// <summary>Brings the stored forms of an instance key from one state to the next. No wrapped bytes are ever overwritten.</summary>
    /// <exception cref="InvalidOperationException">Other forms than <paramref name="before"/> are stored: somebody else wrote to the database.</exception>
    public static void ReplaceForms(SqliteConnection connection, long instance, WrappedForms before, WrappedForms after)
    {
        RequireForms(connection, instance, before);

        // What goes and what steps down comes first: there is never more than one current form.
        foreach (var gone in before.All.Except(after.All))
        {
            connection.Run("DELETE FROM WrappedKeys WHERE InstanceId = $0 AND WrappedBy = $1", instance, gone.WrappedBy.ToString());
        }

        foreach (var retiring in after.Retiring.Except(before.Retiring))
        {
            Use(connection, instance, retiring, WrappedKeyUse.Retiring);
        }

        if (!before.All.Contains(after.Current))
        {
            Insert(connection, after.Current.ToRow(instance));
        }
        else if (after.Current != before.Current)
        {
            Use(connection, instance, after.Current, WrappedKeyUse.Current);
        }
    }

    /// <summary>
    /// The instances of which a form is wrapped by the version; one name for each form. A form keeps the address under which it was
    /// wrapped, and the same version may be asked for under another, so addresses are not compared as text.
    /// </summary>
    public static List<string> NamesWrappedBy(SqliteConnection connection, KeyIdentifier version) =>
    [
        .. connection
            .Read(
                "SELECT i.Name, w.WrappedBy FROM WrappedKeys w JOIN Instances i ON i.Id = w.InstanceId ORDER BY i.Name",
                reader => (Name: reader.GetString(0), WrappedBy: KeyIdentifier.Parse(reader.GetString(1))))
            .Where(form => form.WrappedBy == version)
            .Select(form => form.Name),
    ];

    private static void Use(SqliteConnection connection, long instance, WrappedForm form, WrappedKeyUse use) => connection.Run(
        "UPDATE WrappedKeys SET \"Use\" = $2 WHERE InstanceId = $0 AND WrappedBy = $1", instance, form.WrappedBy.ToString(), (int)use);

    /// <summary>Looks whether exactly these forms are stored, byte for byte, before anything is decided on them.</summary>
    private static void RequireForms(SqliteConnection connection, long instance, WrappedForms expected)
    {
        var stored = connection
            .Read(
                "SELECT WrappedBy, \"Use\", Wrapped FROM WrappedKeys WHERE InstanceId = $0",
                reader => (WrappedBy: reader.GetString(0), Use: (WrappedKeyUse)reader.GetInt32(1), Wrapped: reader.GetFieldValue<byte[]>(2)),
                instance)
            .ToDictionary(row => (row.WrappedBy, row.Use), row => row.Wrapped);

        bool IsStored(WrappedForm form, WrappedKeyUse use) =>
            stored.TryGetValue((form.WrappedBy.ToString(), use), out var wrapped) && wrapped.AsSpan().SequenceEqual(form.Wrapped);
        if (stored.Count != expected.Retiring.Count + 1
            || !IsStored(expected.Current, WrappedKeyUse.Current)
            || !expected.Retiring.All(form => IsStored(form, WrappedKeyUse.Retiring)))
        {
            throw new InvalidOperationException(
                "The wrapped forms of the instance key in the database are not those this process wrote. Stop the other writer and restart.");
        }
    }

    private static InstanceRow ReadInstance(SqliteDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        BindingId = reader.GetGuid(1),
        Name = reader.GetString(2),
        ResourceGroup = reader.GetString(3),
        Location = reader.GetString(4),
        IdScope = reader.GetString(5),
        OperationId = reader.GetGuid(6),
        CreatedAt = reader.GetInt64(7),
        ConfiguredKey = Text(reader, 8),
        IdentityName = Text(reader, 9),
        IdentityClientId = Text(reader, 10),
        IdentityPrincipalId = Text(reader, 11),
        Access = (KeyAccess)reader.GetInt32(12),
        Cause = (KeyAccessCause)reader.GetInt32(13),
        VaultErrorCode = Text(reader, 14),
        CheckedAt = reader.GetInt64(15),
        VerifiedAt = reader.IsDBNull(16) ? null : reader.GetInt64(16),
        Epoch = reader.GetInt64(17),
        Revision = reader.GetInt64(18),
        EnrollmentGroups = reader.GetInt64(19),
        IndividualEnrollments = reader.GetInt64(20),
        Registrations = reader.GetInt64(21),
    };

    private static List<WrappedKeyRow> ReadWrappedKeys(SqliteConnection connection)
    {
        using var command = connection.Statement($"SELECT Id, {WrappedKeyColumns} FROM WrappedKeys");
        using var reader = command.ExecuteReader();
        var rows = new List<WrappedKeyRow>();
        while (reader.Read())
        {
            rows.Add(new WrappedKeyRow
            {
                Id = reader.GetInt64(0),
                InstanceId = reader.GetInt64(1),
                WrappedBy = reader.GetString(2),
                Algorithm = reader.GetString(3),
                Wrapped = reader.GetFieldValue<byte[]>(4),
                CheckValue = reader.GetFieldValue<byte[]>(5),
                Use = (WrappedKeyUse)reader.GetInt32(6),
                WrappedAt = reader.GetInt64(7),
            });
        }

        return rows;
    }

    private static string? Text(SqliteDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
