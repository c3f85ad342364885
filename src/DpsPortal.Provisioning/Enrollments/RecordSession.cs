using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>
/// The right to use an instance's keys for one operation. A revoke waits until every session has ended; results count only
/// when <see cref="Denial"/> is still nothing after the cryptography.
/// </summary>
internal readonly struct RecordSession : IDisposable
{
    private readonly LoadedInstance _instance;
    private readonly KeyRing? _ring;

    private RecordSession(LoadedInstance instance, KeyRing? ring)
    {
        _instance = instance;
        _ring = ring;
    }

    /// <summary>Whether the operation must be rejected, looked at again.</summary>
    public AccessVerdict? Denial => _ring is null ? null : _instance.Guard!.DenialAfterUse(_ring);

    public static async ValueTask<(RecordSession Session, AccessVerdict? Denial)> EnterAsync(LoadedInstance instance, CancellationToken cancellationToken)
    {
        if (instance.Guard is not { } guard)
        {
            return (new RecordSession(instance, null), null);
        }

        var entry = await guard.EnterAsync(cancellationToken).ConfigureAwait(false);
        return (new RecordSession(instance, entry.Ring), entry.Denial);
    }

    /// <summary>Decrypts into a buffer of its own, or nothing when the stored bytes are not what was written for this record.</summary>
    public SecretBuffer? Open(StoredRecord record, RecordReader reader)
    {
        if (Ciphers(record.Dek, reader) is not { } pool)
        {
            return null;
        }

        using var rental = pool.Rent();
        var length = record.Envelope.Length - rental.Cipher.Overhead;
        if (length < 0)
        {
            return null;
        }

        var content = new SecretBuffer(Math.Max(1, length));
        if (rental.Cipher.TryOpen(record.Binding(_instance.Header.BindingId), record.Envelope, content.GetSpan(length)[..length]))
        {
            content.Advance(length);
            return content;
        }

        content.Dispose();
        return null;
    }

    /// <summary>
    /// Decrypts a record that was read outside the write turn. A re-encryption may have moved it on and removed its DEK since: then
    /// it is read again. <paramref name="record"/> becomes nothing when it is no longer there.
    /// </summary>
    public SecretBuffer? OpenCurrent(ref StoredRecord? record, RecordReader reader)
    {
        while (record is { } read)
        {
            if (Open(read, reader) is { } content)
            {
                return content;
            }

            record = reader.Find(_instance.Header.Id, read.Kind, read.Id);
            if (record?.Dek == read.Dek)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The record with its content encrypted for its slot.</summary>
    public StoredRecord Seal(StoredRecord record, ReadOnlySpan<byte> content, RecordCipherPool pool)
    {
        using var rental = pool.Rent();
        var envelope = new byte[content.Length + rental.Cipher.Overhead];
        rental.Cipher.Seal(record.Binding(_instance.Header.BindingId), content, envelope);
        return record with { Envelope = envelope };
    }

    /// <summary>The ciphers of a DEK, unwrapped on first use; <see langword="null"/> when it is missing or does not open.</summary>
    public RecordCipherPool? Ciphers(int dek, RecordReader reader)
    {
        if (_ring is null)
        {
            return dek == 0 ? _instance.PlatformLayer : null;
        }

        if (_ring.FindDek(dek) is { } known)
        {
            return known;
        }

        return reader.FindWrappedDek(_instance.Header.Id, dek) is { } wrapped && _ring.InstanceKey.UnwrapDek(dek, wrapped) is { } opened
            ? _ring.AddDek(opened)
            : null;
    }

    /// <summary>A new DEK with its wrapped form. Only where there is a customer layer.</summary>
    public (DataEncryptionKey Dek, byte[] Wrapped) NewDek(int number)
    {
        var dek = new DataEncryptionKey(number, SecretKey.Random());
        return (dek, _ring!.InstanceKey.WrapDek(dek));
    }

    /// <summary>The wrapped form of a new DEK, which is unwrapped at its first use.</summary>
    public byte[] NewWrappedDek(int number)
    {
        var (dek, wrapped) = NewDek(number);
        dek.Dispose();
        return wrapped;
    }

    /// <summary>
    /// The key of fingerprints of contents. It comes from the instance key, so that whoever has no access to that cannot try contents out,
    /// and which stays the same while the keys around it change.
    /// </summary>
    public SecretKey NewFingerprintKey() => _ring is null
        ? _instance.PlatformKey.Derive("dps record fingerprint 1"u8)
        : _ring.InstanceKey.DeriveFingerprintKey();

    public RecordCipherPool Keep(DataEncryptionKey dek) => _ring!.AddDek(dek);

    /// <summary>Lets go of DEKs that were removed from the store.</summary>
    public void Retire(IEnumerable<int> deks)
    {
        foreach (var dek in deks)
        {
            _ring!.Retire(dek);
        }
    }

    public void Dispose() => _ring?.Exit();
}
