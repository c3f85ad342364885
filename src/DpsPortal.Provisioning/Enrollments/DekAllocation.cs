using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>
/// Fills one DEK after the other, and counts encryptions with each: reserved in blocks, durably before the first of a block, so
/// that a crash wastes numbers and never forgets one. A DEK whose number is up takes no more writes, and a new one is made. During a
/// write turn, outside a transaction.
/// </summary>
internal sealed class DekAllocation(DpsDatabase database, ProvisioningOptions options, TimeProvider systemClock)
{
    private readonly long _block = Math.Clamp(options.EncryptionsPerDek / 64, 1, 65_536);

    /// <param name="wanted">How many records are to be written.</param>
    /// <returns><see langword="null"/> when the open DEK's stored form was altered.</returns>
    public DekRoom? Open(in RecordSession session, LoadedInstance instance, int wanted)
    {
        if (instance.PlatformLayer is { } single)
        {
            return new DekRoom(single, wanted);
        }

        var open = database.Writer.OpenDek(instance.Header.Id);
        if (open is { } current && current.Assigned < options.RecordsPerDek)
        {
            if (Ciphers(session, current.Number) is not { } ciphers)
            {
                return null;
            }

            if (Take(instance, ciphers, Math.Min(wanted, options.RecordsPerDek - current.Assigned)) is > 0 and var taken)
            {
                return new DekRoom(ciphers, taken);
            }
        }

        var added = Add(session, instance, (open?.Number ?? 0) + 1);
        return new DekRoom(added, Take(instance, added, Math.Min(wanted, options.RecordsPerDek)));
    }

    /// <summary>For one more encryption: the ciphers of a DEK, or those of the open one when its number is up.</summary>
    /// <returns><see langword="null"/> when a stored form was altered.</returns>
    public RecordCipherPool? For(in RecordSession session, LoadedInstance instance, int dek)
    {
        if (Ciphers(session, dek) is not { } ciphers)
        {
            return null;
        }

        return Take(instance, ciphers, 1) == 1 ? ciphers : Open(session, instance, 1)?.Ciphers;
    }

    /// <returns>How many may be done; 0 when its number is up.</returns>
    private int Take(LoadedInstance instance, RecordCipherPool ciphers, int wanted)
    {
        var taken = ciphers.Take(wanted);
        while (taken < wanted && database.Writer.Reserve(instance.Header.Id, ciphers.DekNumber, _block, options.EncryptionsPerDek))
        {
            ciphers.Grant(_block);
            taken += ciphers.Take(wanted - taken);
        }

        return taken;
    }

    private RecordCipherPool? Ciphers(in RecordSession session, int dek)
    {
        var reader = database.RentReader();
        try
        {
            return session.Ciphers(dek, reader);
        }
        finally
        {
            database.Return(reader);
        }
    }

    /// <summary>A transaction of its own: whatever becomes of the first record, the DEK is there and is used next.</summary>
    private RecordCipherPool Add(in RecordSession session, LoadedInstance instance, int number)
    {
        var (dek, wrapped) = session.NewDek(number);
        var writer = database.Writer;
        using (var work = writer.Begin())
        {
            writer.InsertDek(instance.Header.Id, number, wrapped, _block, systemClock.GetUtcNow().UtcTicks);
            work.Commit();
        }

        var ciphers = session.Keep(dek);
        ciphers.Grant(_block);
        return ciphers;
    }
}
