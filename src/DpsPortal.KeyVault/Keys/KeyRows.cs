using System.Collections.Immutable;
using System.Text.Json;
using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Keys;

/// <summary>Between rows and what they mean.</summary>
internal static class KeyRows
{
    public static readonly ImmutableSortedDictionary<string, KeyVersion> NoVersions = ImmutableSortedDictionary.Create<string,
    KeyVersion>(StringComparer.Ordinal);

    /// <param name="versions">In the order of their creation.</param>
    public static StoredKey ToKey(KeyRow row, IEnumerable<KeyVersionRow> versions, MasterKey masterKey)
    {
        var all = versions.Select(version => ToVersion(version, row, masterKey)).ToList();
        return new StoredKey(
            row.Id, row.Vault, row.Name, NoVersions.AddRange(all.Select(version => KeyValuePair.Create(version.Version, version))), all[^1].Version,
            ToPolicy(row.RotationPolicy), row is { Deleted: { } deleted, ScheduledPurge: { } purge } ? new Deletion(Time(deleted), Time(purge)) : null);
    }

    public static KeyVersion ToVersion(KeyVersionRow row, KeyRow key, MasterKey masterKey) => new(
        row.Version,
        row.KeyType,
        KeyMaterial.FromRow(row, new KeySlot(key.Vault, key.Name, row.Version), masterKey),
        row.Operations.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        new KeyAttributes(row.Enabled, Time(row.NotBefore), Time(row.Expires), Time(row.Created), Time(row.Updated)),
        row.Tags is null ? null : JsonSerializer.Deserialize(row.Tags, StoredJson.Default.IReadOnlyDictionaryStringString))
    {
        NearExpiryPublished = row.NearExpiryPublished,
        ExpiredPublished = row.ExpiredPublished,
    };

    public static KeyVersionRow ToRow(KeyVersion version, long keyId)
    {
        var row = new KeyVersionRow
        {
            KeyId = keyId,
            Version = version.Version,
            KeyType = version.KeyType,
            Size = version.Material.Size,
            SealedPrivateKey = version.Material.SealedPrivateKey,
            Created = version.Attributes.Created.UtcTicks,
            Updated = 0,
            Enabled = false,
            Operations = "",
        };
        version.Material.CopyPublicPartTo(row);
        CopyChanges(version, row);
        return row;
    }

    /// <summary>Everything that can change after creation.</summary>
    public static void CopyChanges(KeyVersion version, KeyVersionRow row)
    {
        row.Operations = string.Join(' ', version.Operations);
        row.Enabled = version.Attributes.Enabled;
        row.NotBefore = version.Attributes.NotBefore?.UtcTicks;
        row.Expires = version.Attributes.Expires?.UtcTicks;
        row.Updated = version.Attributes.Updated.UtcTicks;
        row.NearExpiryPublished = version.NearExpiryPublished;
        row.ExpiredPublished = version.ExpiredPublished;
        row.Tags = version.Tags is null ? null : JsonSerializer.Serialize(version.Tags, StoredJson.Default.IReadOnlyDictionaryStringString);
    }

    public static RotationPolicy? ToPolicy(string? json) => json is null ? null : JsonSerializer.Deserialize(json, StoredJson.Default.RotationPolicy);

    public static string ToJson(RotationPolicy policy) => JsonSerializer.Serialize(policy, StoredJson.Default.RotationPolicy);

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private static DateTimeOffset? Time(long? ticks) => ticks is { } value ? Time(value) : null;
}
