using System.Text.Json;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Management;

/// <summary>Between rows and what they mean.</summary>
internal static class VaultRows
{
    public static VaultResource ToVault(VaultRow row) =>
        new(row.Name, row.ResourceGroup, row.Location, row.PurgeProtection, row.RetentionDays, Time(row.Created))
    {
        Sku = row.Sku,
        Tags = row.Tags is null ? null : JsonSerializer.Deserialize(row.Tags, ManagementJson.Default.IReadOnlyDictionaryStringString),
        Network = NetworkRules.FromJson(row.NetworkAcls),
        Deletion = row is { Deleted: { } deleted, ScheduledPurge: { } purge } ? new VaultDeletion(Time(deleted), Time(purge)) : null,
    };

    public static VaultRow ToRow(VaultResource vault)
    {
        var row = new VaultRow
        {
            Name = vault.Name,
            ResourceGroup = vault.ResourceGroup,
            Location = vault.Location,
            RetentionDays = vault.RetentionDays,
            Created = vault.Created.UtcTicks,
            PurgeProtection = false,
        };
        CopyChanges(vault, row);
        return row;
    }

    /// <summary>Everything that can change after creation.</summary>
    public static void CopyChanges(VaultResource vault, VaultRow row)
    {
        row.PurgeProtection = vault.PurgeProtection;
        row.Sku = vault.Sku;
        row.Tags = vault.Tags is null ? null : JsonSerializer.Serialize(vault.Tags, ManagementJson.Default.IReadOnlyDictionaryStringString);
        row.NetworkAcls = vault.Network.ToJson();
        row.Deleted = vault.Deletion?.Deleted.UtcTicks;
        row.ScheduledPurge = vault.Deletion?.ScheduledPurge.UtcTicks;
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
