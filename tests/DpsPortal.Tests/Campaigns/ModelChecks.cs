using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// What must hold after every step. The checks rest on what was acknowledged, on the truth about the vault and on the rows of
/// the database, never on how the engine came to its answers.
/// </summary>
internal sealed class ModelChecks(ModelSubject subject)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Dictionary<int, long> _encryptions = [];
    private StoredKeys? _before;
    private string? _instanceKey;
    private bool _revoked;
    private long _epoch = 1;
    private long? _lastVerifiable;

    private bool Verifiable(KeyIdentifier version) => subject.Truth.Outage is null && !subject.Truth.Denies(version);

    public async Task CheckAsync()
    {
        await ReadsAsync();
        var key = subject.Key();
        var stored = subject.Stored.Read();
        CheckAccess(key, stored);
        CheckForms(key, stored);
        CheckDeks(stored);
        await CheckListAsync();
        _before = stored;
        NoteVerifiable(key);
    }

    /// <summary>After the vault was asked: the state is what the vault says, and a newer version has been taken up.</summary>
    public void Checked()
    {
        var key = subject.Key();
        var access = key.Access.Access;
        if (Verifiable(key.EffectiveKey))
        {
            NoteVerifiable(key);
            Assert.True(access is KeyAccess.Accessible or KeyAccess.Degraded, $"{access} although the key can be used.");
            var current = subject.Truth.Current(key.ConfiguredKey.Versionless);
            if (!key.ConfiguredKey.IsPinned && subject.Truth.IsUsable(current) && !subject.Retired.Contains(current))
            {
                Assert.Equal(current, key.EffectiveKey);
            }
        }
        else if (subject.Truth.Outage is null)
        {
            Assert.Equal(KeyAccess.Revoked, access);
        }
        else
        {
            // INV-9: an outage neither revokes nor restores. A client that has not looked at the key yet gets another key's bytes as
            // the answer to that, where they are nonsense.
            var outage = VaultAnswers.Outages[subject.Truth.Outage.Value];
            KeyAccess[] expected = _revoked ? [KeyAccess.Revoked]
                : outage.Cause == KeyAccessCause.AnotherKeyAnswered ? [outage.Access, KeyAccess.Unavailable]
                : [outage.Access];
            Assert.Contains(access, expected);
        }
    }

    /// <summary>INV-14: bytes in another place, cut or extended do not open, and say nothing about the key.</summary>
    public async Task AlteredEnvelopesAreCorruptAsync(int way)
    {
        var ids = subject.Records.Keys.Order(StringComparer.Ordinal).Take(2).ToList();
        if (ids.Count < 2)
        {
            return;
        }

        var envelope = (way % 3) switch
        {
            0 => "(SELECT o.Envelope FROM temp.Originals o WHERE o.Id <> Records.Id)",
            1 => "substr(Envelope, 1, length(Envelope) - 1)",
            _ => "CAST(Envelope || x'00' AS BLOB)",
        };
        const string Altered = "UPDATE Records SET Envelope = {0} WHERE Id IN (SELECT Id FROM temp.Originals)";
        subject.Stored.Run("CREATE TEMP TABLE Originals AS SELECT Id, Envelope FROM Records WHERE Id IN ('" + string.Join("','", ids) + "')");
        subject.Stored.Run(Altered.Replace("{0}", envelope, StringComparison.Ordinal));
        var revoked = subject.Key().Access.Access == KeyAccess.Revoked;
        foreach (var id in ids)
        {
            var read = await ReadAsync(id);
            Assert.True(read is RecordRead<RegistrationRecord>.Corrupt or RecordRead<RegistrationRecord>.Rejected, $"Altered bytes were read as {read}.");
        }

        var after = subject.Key();
        Assert.True(revoked || after.Access.Access != KeyAccess.Revoked || subject.Truth.Denies(after.EffectiveKey), "Altered bytes were taken for a revoke.");
        subject.Stored.Run(Altered.Replace("{0}", "(SELECT o.Envelope FROM temp.Originals o WHERE o.Id = Records.Id)", StringComparison.Ordinal));
        subject.Stored.Run("DROP TABLE temp.Originals");
    }

    private async Task ReadsAsync()
    {
        var reads = new List<(string Id, RecordRead<RegistrationRecord> Read)>();
        foreach (var id in subject.Records.Keys.Append("device-nobody"))
        {
            reads.Add((id, await ReadAsync(id)));
        }

        var key = subject.Key();
        NoteVerifiable(key);
        foreach (var (id, read) in reads)
        {
            Check(id, read, key.Access);
        }
    }

    private void Check(string id, RecordRead<RegistrationRecord> read, KeyAccessStatus access)
    {
        var leased = _lastVerifiable is { } at && subject.Engine.SystemClock.GetElapsedTime(at) < subject.Engine.Options.Lease;
        switch (read)
        {
            case RecordRead<RegistrationRecord>.Found found:
                // INV-1: nothing is read after a revoke; INV-9: nothing after the lease.
                Assert.True(access.Access != KeyAccess.Revoked, "A record was read while revoked.");
                Assert.True(leased, "A record was read after the lease had ended.");
                Assert.Equal(subject.Records.GetValueOrDefault(id), found.Content.DeviceId);
                break;
            case RecordRead<RegistrationRecord>.NotFound:
                Assert.False(subject.Records.ContainsKey(id), $"{id} is lost.");
                Assert.NotEqual(KeyAccess.Revoked, access.Access);
                break;
            case RecordRead<RegistrationRecord>.Rejected rejected:
                Assert.Equal(access.Access == KeyAccess.Revoked, rejected.Read is { StatusCode: 403, ErrorCode: 403011 });
                Assert.False(access.Access is KeyAccess.Accessible or KeyAccess.Degraded, "A record was refused although the key can be used.");
                break;
            default:
                Assert.Fail($"{id}: {read}");
                break;
        }
    }

    private void CheckAccess(InstanceEncryption.CustomerManagedKey key, StoredKeys stored)
    {
        var revoked = key.Access.Access == KeyAccess.Revoked;
        if (revoked != _revoked)
        {
            // INV-9: only the vault's own denial revokes, and only an unwrap that worked restores.
            Assert.Null(subject.Truth.Outage);
            Assert.Equal(revoked, subject.Truth.Denies(key.EffectiveKey));
        }

        // Each revoke, each way back and each other configured key opens exactly one epoch, durably.
        var moved = _before is not null && _before.Configured != stored.Configured;
        Assert.Equal(_epoch + (revoked != _revoked ? 1 : 0) + (moved ? 1 : 0), key.Access.Epoch);
        Assert.Equal(stored.Epoch, key.Access.Epoch);
        (_revoked, _epoch) = (revoked, key.Access.Epoch);
    }

    /// <summary>INV-2 and INV-3: one current form; every form opens to the one instance key; none is overwritten, none is under a retired version.</summary>
    private void CheckForms(InstanceEncryption.CustomerManagedKey key, StoredKeys stored)
    {
        Assert.Equal(key.EffectiveKey.ToString(), Assert.Single(stored.Forms, form => form.Value.Use == WrappedKeyUse.Current).Key);
        Assert.Equal(
            key.WrappedKeys.Select(form => (form.WrappedBy.ToString(), form.Use)).Order(),
            stored.Forms.Select(form => (form.Key, form.Value.Use)).Order());
        Assert.Equal(key.ConfiguredKey.ToString(), stored.Configured);
        Assert.Equal(key.ConfiguredKey.Versionless, key.EffectiveKey.Versionless);
        Assert.True(!key.ConfiguredKey.IsPinned || key.ConfiguredKey == key.EffectiveKey, "A pinned instance is under another version.");
        foreach (var (version, form) in stored.Forms)
        {
            _instanceKey ??= subject.Truth.Unwrapped(version, form.Wrapped);
            Assert.True(
                _before?.Forms.GetValueOrDefault(version) is not { Wrapped: { } wrapped } || wrapped == form.Wrapped, "A wrapped form was overwritten.");
            Assert.Equal(_instanceKey, subject.Truth.Unwrapped(version, form.Wrapped));
            Assert.DoesNotContain(KeyIdentifier.Parse(version), subject.Retired);
        }
    }

    /// <summary>INV-2: the DEK of every record is there. INV-13: no DEK has done more encryptions than were reserved, or than it may.</summary>
    private void CheckDeks(StoredKeys stored)
    {
        foreach (var (id, record) in stored.Records)
        {
            Assert.True(stored.Deks.ContainsKey(record.Dek), $"The key of {id} was removed.");
            if (_before?.Records.GetValueOrDefault(id) != record)
            {
                _encryptions[record.Dek] = _encryptions.GetValueOrDefault(record.Dek) + 1;
            }
        }

        foreach (var (number, dek) in stored.Deks)
        {
            Assert.InRange(_encryptions.GetValueOrDefault(number), 0, Math.Min(dek.Reserved, ModelSubject.EncryptionsPerDek));
            Assert.InRange(dek.Assigned, 0, ModelSubject.RecordsPerDek);
        }
    }

    /// <summary>INV-4: what is in clear lists exactly what was acknowledged, also while revoked.</summary>
    private async Task CheckListAsync()
    {
        var page = await subject.Enrollments.ListAsync(RunningDps.Tester, ModelSubject.Instance, RecordKind.RegistrationRecord, null, null, 200, None);
        Assert.Equal(subject.Records.Keys.Order(StringComparer.Ordinal), page.Records.Select(record => record.Id));
    }

    private void NoteVerifiable(InstanceEncryption.CustomerManagedKey key)
    {
        if (Verifiable(key.EffectiveKey))
        {
            _lastVerifiable = subject.Engine.SystemClock.GetTimestamp();
        }
    }

    private Task<RecordRead<RegistrationRecord>> ReadAsync(string id) =>
        subject.Enrollments.ReadRegistrationAsync(RunningDps.Tester, ModelSubject.Instance, id, None);
}
