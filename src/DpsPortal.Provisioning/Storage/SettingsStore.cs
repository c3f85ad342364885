using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.SharedAccess;

namespace DpsPortal.Provisioning.Storage;

/// <summary>Linked hubs and shared access policies. Each change and its entry in the control log are one transaction.</summary>
internal sealed class SettingsStore(DpsDatabase database, ControlLog log, TimeProvider systemClock)
{
    private const string PolicyRemoval = "RemovePolicy";

    public List<PolicyRow> LoadPolicies()
    {
        using var connection = database.Open();
        using var command = connection.Statement("SELECT InstanceId, Name, Rights, SealedKeys FROM SharedAccessPolicies");
        using var reader = command.ExecuteReader();
        var rows = new List<PolicyRow>();
        while (reader.Read())
        {
            rows.Add(new PolicyRow
            {
                InstanceId = reader.GetInt64(0), Name = reader.GetString(1), Rights = (AccessRights)reader.GetInt32(2),
                SealedKeys = reader.GetFieldValue<byte[]>(3),
            });
        }

        return rows;
    }

    public List<(long Instance, LinkedHub Hub)> LoadHubs()
    {
        using var connection = database.Open();
        using var command = connection.Statement("SELECT InstanceId, HostName, Location, AllocationWeight, ApplyAllocationPolicy FROM LinkedHubs");
        using var reader = command.ExecuteReader();
        var rows = new List<(long, LinkedHub)>();
        while (reader.Read())
        {
            rows.Add((reader.GetInt64(0), new LinkedHub(reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetBoolean(4))));
        }

        return rows;
    }

    public Task SaveHubAsync(InstanceHeader instance, LinkedHub hub, Caller caller, CancellationToken cancellationToken) =>
        log.ChangeAsync(instance.Name, "LinkHub", hub.HostName, caller, connection => connection.Run(
            """
            INSERT INTO LinkedHubs (InstanceId, HostName, Location, AllocationWeight, ApplyAllocationPolicy) VALUES ($0, $1, $2, $3, $4)
            ON CONFLICT DO UPDATE SET Location = $2, AllocationWeight = $3, ApplyAllocationPolicy = $4
            """,
            instance.Id, hub.HostName, hub.Location, hub.AllocationWeight, hub.ApplyAllocationPolicy), cancellationToken);

    public Task RemoveHubAsync(InstanceHeader instance, string hostName, Caller caller, CancellationToken cancellationToken) =>
        log.ChangeAsync(instance.Name, "UnlinkHub", hostName, caller, connection => connection.Run(
            "DELETE FROM LinkedHubs WHERE InstanceId = $0 AND HostName = $1", instance.Id, hostName), cancellationToken);

    public Task SavePolicyAsync(InstanceHeader instance, StoredPolicy policy, Caller? caller, CancellationToken cancellationToken) =>
        log.ChangeAsync(instance.Name, "PutPolicy", $"{policy.Name} {policy.Rights}", caller, connection => connection.Run(
            """
            INSERT INTO SharedAccessPolicies (InstanceId, Name, Rights, SealedKeys, CreatedAt) VALUES ($0, $1, $2, $3, $4)
            ON CONFLICT DO UPDATE SET Rights = $2
            """,
            instance.Id, policy.Name, (int)policy.Rights, policy.SealedKeys, systemClock.GetUtcNow().UtcTicks), cancellationToken);

    /// <summary>Whether somebody has removed a policy of this instance, ever.</summary>
    public bool HasRemovedPolicy(InstanceHeader instance) => log.Has(instance.Name, PolicyRemoval);

    public Task RemovePolicyAsync(InstanceHeader instance, string policy, Caller caller, CancellationToken cancellationToken) =>
        log.ChangeAsync(instance.Name, PolicyRemoval, policy, caller, connection => connection.Run(
            "DELETE FROM SharedAccessPolicies WHERE InstanceId = $0 AND Name = $1", instance.Id, policy), cancellationToken);
}
