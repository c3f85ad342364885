using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>
/// Writes records anew under the newest DEK, a part at a time. Each part is one transaction of whole records, so a kill loses at
/// most the part that was under way, and what is left to do is what still lies under an old DEK.
/// </summary>
internal sealed class Reencryptor(DpsDatabase database, ReencryptionStore store, DekAllocation deks, ICheckpoints checkpoints)
{
    /// <summary>Bounds how long other writes wait behind a part.</summary>
    private const int PartSize = 256;

    /// <param name="passed">Where the part before ended; records that do not open are passed over and stay as they are.</param>
    public async Task<ReencryptionStep> AdvanceAsync(
        LoadedInstance instance, ReencryptionRow row, OldRecordPosition passed, CancellationToken cancellationToken)
    {
        var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
        using (session)
        {
            if (denial is not null)
            {
                return ReencryptionStep.Denied;
            }

            using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
            var reader = database.RentReader();
            try
            {
                var page = reader.UnderOldDeks(row.InstanceId, row.UpTo, passed, PartSize);
                return page.Count == 0 ? Finish(session, instance, row) : Rewrite(session, instance, page, passed, reader);
            }
            finally
            {
                database.Return(reader);
            }
        }
    }

    private ReencryptionStep Rewrite(
        in RecordSession session, LoadedInstance instance, List<(long Row, StoredRecord Record)> page, OldRecordPosition passed, RecordReader reader)
    {
        if (deks.Open(session, instance, page.Count) is not { } room)
        {
            throw new InvalidOperationException($"The newest data-encryption key of instance {instance.Header.Name} does not open.");
        }

        var writer = database.Writer;
        using var work = writer.Begin();
        var written = 0;
        foreach (var (number, record) in page.Take(room.Records))
        {
            using var content = session.Open(record, reader);
            if (content is not null)
            {
                // The slot changes by its DEK alone: etag and times are those of the last write by somebody.
                writer.Update(instance.Header.Id, session.Seal(record with { Dek = room.Ciphers.DekNumber }, content.Written, room.Ciphers));
                written++;
            }

            passed.MoveTo(record.Dek, number);
        }

        writer.Assign(instance.Header.Id, room.Ciphers.DekNumber, written);
        if (session.Denial is not null)
        {
            passed.Reset();
            return ReencryptionStep.Denied;
        }

        work.Commit();
        checkpoints.Reached(ReencryptionCheckpoints.AfterPart);
        return ReencryptionStep.Advanced;
    }

    private ReencryptionStep Finish(in RecordSession session, LoadedInstance instance, ReencryptionRow row)
    {
        checkpoints.Reached(ReencryptionCheckpoints.BeforeFinish);
        session.Retire(store.Finish(row, instance.Header.Name));
        checkpoints.Reached(ReencryptionCheckpoints.AfterFinish);
        return ReencryptionStep.Finished;
    }
}
