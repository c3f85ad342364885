using System.Globalization;
using System.Text;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Management;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Events;

/// <summary>
/// Publishes KeyNewVersionCreated for every version that the database has and no subscriber has been told of. The place in
/// the order of creation moves on, in a file of its own, only after the event was handed out: after a crash in between the
/// event comes again.
/// </summary>
internal sealed class NewVersionEvents(VaultDatabase database, ProtectedFolder folder, VaultRegistry vaults, EventFactory events, EventHub hub)
{
    private const string File = "events.cursor";
    private const int Batch = 100;
    private long _published;

    /// <summary>A vault that has never published begins with what comes from now on.</summary>
    public void Load()
    {
        if (folder.Read(File) is { } text && long.TryParse(Encoding.ASCII.GetString(text), CultureInfo.InvariantCulture, out _published))
        {
            return;
        }

        MoveTo(database.Query("SELECT COALESCE(MAX(Sequence), 0) FROM KeyVersions", row => row.GetInt64(0))[0]);
    }

    public void Publish()
    {
        List<NewVersion> found;
        do
        {
            found = Unpublished();
            foreach (var version in found)
            {
                // A vault that is deleted at this moment has nobody to tell.
                if (vaults.Find(version.Vault) is { } vault)
                {
                    hub.Publish(events.OfKey(
                        KeyVaultEventTypes.KeyNewVersionCreated, vault, version.Name, version.Version, version.Attributes, version.Attributes.Created));
                }
            }

            if (found.Count > 0)
            {
                MoveTo(found[^1].Sequence);
            }
        }
        while (found.Count == Batch);
    }

    private List<NewVersion> Unpublished() => database.Query(
        """
        SELECT v.Sequence, k.Vault, k.Name, v.Version, v.Enabled, v.NotBefore, v.Expires, v.Created
        FROM KeyVersions v JOIN Keys k ON k.Id = v.KeyId
        WHERE v.Sequence > $published ORDER BY v.Sequence LIMIT $batch
        """,
        row => new NewVersion(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3),
            new KeyAttributes(row.GetBoolean(4), Time(row.GetValue(5)), Time(row.GetValue(6)), Time(row.GetInt64(7))!.Value, default)),
        ("$published", _published), ("$batch", Batch));

    private void MoveTo(long sequence)
    {
        folder.Write(File, Encoding.ASCII.GetBytes(sequence.ToString(CultureInfo.InvariantCulture)));
        _published = sequence;
    }

    private static DateTimeOffset? Time(object ticks) => ticks is long value ? new DateTimeOffset(value, TimeSpan.Zero) : null;

    private sealed record NewVersion(long Sequence, string Vault, string Name, string Version, KeyAttributes Attributes);
}
