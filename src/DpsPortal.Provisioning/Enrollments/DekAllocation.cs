using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>The DEK that new records go to, and how many it still takes.</summary>
internal readonly record struct DekRoom(RecordCipherPool Ciphers, int Records);

/// <summary>Fills one DEK after the other. During a write turn.</summary>
internal sealed class DekAllocation(DpsDatabase database, ProvisioningOptions options, TimeProvider systemClock)
{
    /// <returns><see langword="null"/> when the open DEK's stored form was altered.</returns>
    public DekRoom? Open(in RecordSession session, LoadedInstance instance)
    {
        if (instance.PlatformLayer is { } single)
        {
            return new DekRoom(single, int.MaxValue);
        }

        var writer = database.Writer;
        var open = writer.OpenDek(instance.Header.Id);
        if (open is { } current && current.Assigned < options.RecordsPerDek)
        {
            var reader = database.RentReader();
            try
            {
                return session.Ciphers(current.Number, reader) is { } ciphers
                    ? new DekRoom(ciphers, options.RecordsPerDek - current.Assigned)
                    : null;
            }
            finally
            {
                database.Return(reader);
            }
        }

        // A transaction of its own: whatever becomes of the first record, the DEK is there and is used next.
        var (dek, wrapped) = session.NewDek((open?.Number ?? 0) + 1)!.Value;
        using (var work = writer.Begin())
        {
            writer.InsertDek(instance.Header.Id, dek.Number, wrapped, systemClock.GetUtcNow().UtcTicks);
            work.Commit();
        }

        return new DekRoom(session.Keep(dek), options.RecordsPerDek);
    }
}
