using System.Globalization;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>
/// The control plane's transactions. Each change and its entry in the control log are one. Plain SQL: through EF Core a
/// transaction costs as much as the vault's part of a rotation, and its model a third of a start.
/// </summary>
internal sealed class InstanceStore(DpsDatabase database, ControlLog log, TimeProvider systemClock)
{
    public List<InstanceRow> Load()
    {
        using var connection = database.Open();
        return InstanceRows.ReadAll(connection);
    }

    /// <returns>The name of the instance that an operation created, if it did.</returns>
    public string? FindNameByOperation(Guid operation)
    {
        using var connection = database.Open();
        using var find = connection.Statement("SELECT Name FROM Instances WHERE OperationId = $0", operation);
        return find.ExecuteScalar() as string;
    }

    /// <summary>Record counts of these instances, by id. One that the store does not have is not among them.</summary>
    public Dictionary<long, RecordCounts> Counts(IEnumerable<InstanceHeader> instances)
    {
        using var connection = database.Open();
        return connection.Read(
            "SELECT Id, EnrollmentGroups, IndividualEnrollments, Registrations FROM Instances WHERE Id IN (SELECT value FROM json_each($0))",
            reader => (Id: reader.GetInt64(0), Counts: new RecordCounts(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3))),
            $"[{string.Join(',', instances.Select(instance => instance.Id))}]").ToDictionary(row => row.Id, row => row.Counts);
    }

    /// <summary>Adds an instance, complete or not at all. False when its key version has been fenced meanwhile.</summary>
    public Task<bool> AddAsync(InstanceRow instance, Caller caller, CancellationToken cancellationToken) => database.ChangeAsync(
        connection =>
        {
            var form = instance.WrappedKeys.FirstOrDefault();
            if (form is not null && IsFenced(connection, KeyIdentifier.Parse(form.WrappedBy)))
            {
                return false;
            }

            InstanceRows.Insert(connection, instance);
            log.Add(connection, instance.Name, "CreateInstance", form?.WrappedBy, caller);
            return true;
        },
        cancellationToken);

    /// <summary>Makes an access state durable, and logs it when it is another one than before.</summary>
    public Task SaveAccessAsync(InstanceHeader instance, AccessState before, AccessState after) => database.ChangeAsync(
        connection =>
        {
            connection.Run(
                """
                UPDATE Instances SET Access = $1, Cause = $2, VaultErrorCode = $3, Epoch = $4, CheckedAt = $5, VerifiedAt = $6 WHERE Id = $0
                """,
                instance.Id, (int)after.Access, (int)after.Cause, after.VaultErrorCode, after.Epoch, after.SeenAt.UtcTicks, after.VerifiedAt?.UtcTicks);
            if (before.Verdict != after.Verdict)
            {
                var detail = string.Create(
                    CultureInfo.InvariantCulture, $"{before.Access} to {after.Access}, {after.Cause} {after.VaultErrorCode}, epoch {after.Epoch}");
                log.Add(connection, instance.Name, "AccessChanged", detail, caller: null);
            }

            return true;
        },
        CancellationToken.None);

    /// <summary>
    /// Brings the stored forms from one state to the next: another current form, another configured key, or both, in one transaction
    /// that also looks at the fence.
    /// </summary>
    /// <param name="before">The forms as they must be stored until now.</param>
    /// <param name="caller">Who ordered it; <see langword="null"/> for a version made elsewhere.</param>
    /// <returns>False when the version of the new current form is fenced.</returns>
    public Task<bool> ReplaceFormsAsync(InstanceHeader instance, WrappedForms before, WrappedForms after, Caller? caller) => database.ChangeAsync(
        connection =>
        {
            var target = after.Current.WrappedBy;
            if (after.Current != before.Current && IsFenced(connection, target))
            {
                return false;
            }

            InstanceRows.ReplaceForms(connection, instance.Id, before, after);
            if (after.Configured != before.Configured)
            {
                connection.Run("UPDATE Instances SET ConfiguredKey = $1, Epoch = Epoch + 1 WHERE Id = $0", instance.Id, after.Configured.ToString());
            }

            var operation = after.Configured != before.Configured ? "Rekey" : caller is null ? "Pickup" : "Rewrap";
            log.Add(connection, instance.Name, operation, target.ToString(), caller);
            return true;
        },
        CancellationToken.None);

    public Task<int> PruneAsync(InstanceHeader instance, WrappedForms before, Caller caller) => database.ChangeAsync(
        connection =>
        {
            InstanceRows.ReplaceForms(connection, instance.Id, before, before with { Retiring = [] });
            log.Add(connection, instance.Name, "PruneRetiring", before.Retiring.Count.ToString(CultureInfo.InvariantCulture), caller);
            return before.Retiring.Count;
        },
        CancellationToken.None);

    /// <summary>Forbids new wraps under a version. Counted in the same transaction, so no wrap slips in between.</summary>
    public Task<VersionFence> FenceAsync(KeyIdentifier version, Caller caller, CancellationToken cancellationToken) => database.ChangeAsync(
        connection =>
        {
            if (!IsFenced(connection, version))
            {
                connection.Run("INSERT INTO Fences (Version, FencedAt) VALUES ($0, $1)", version.Canonical, systemClock.GetUtcNow().UtcTicks);
                log.Add(connection, "", "Fence", version.ToString(), caller);
            }

            var names = InstanceRows.NamesWrappedBy(connection, version);
            return new VersionFence(version, names.Count, names);
        },
        cancellationToken);

    public Task ReleaseFenceAsync(KeyIdentifier version, Caller caller, CancellationToken cancellationToken) => database.ChangeAsync(
        connection =>
        {
            if (connection.Run("DELETE FROM Fences WHERE Version = $0", version.Canonical) > 0)
            {
                log.Add(connection, "", "ReleaseFence", version.ToString(), caller);
            }

            return true;
        },
        cancellationToken);

    public IReadOnlyList<FencedVersion> Fences()
    {
        using var connection = database.Open();
        return connection.Read(
            "SELECT Version, FencedAt FROM Fences",
            reader => new FencedVersion(KeyIdentifier.Parse(reader.GetString(0)), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero)));
    }

    public bool IsFenced(KeyIdentifier version)
    {
        using var connection = database.Open();
        return IsFenced(connection, version);
    }

    private static bool IsFenced(SqliteConnection connection, KeyIdentifier version) =>
        connection.Exists("SELECT 1 FROM Fences WHERE Version = $0", version.Canonical);
}
