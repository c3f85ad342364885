using System.Runtime.InteropServices;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>Stores many registration records, one transaction for each part that fits into the open DEK.</summary>
internal sealed class RegistrationImport(
    DpsDatabase database, InstanceRegistry instances, DekAllocation deks, Rejections rejections, EventFeed events, DomainClock clock)
{
    /// <summary>Bounds how long a revoke's commit can wait behind an import.</summary>
    private const int MaxPerTransaction = 4096;

    public async Task<Outcome<int>> ImportAsync(
        string instanceName, RecordCall call, IEnumerable<RegistrationRecord> registrations, CancellationToken cancellationToken)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return new Refusal(ProvisioningRefusals.InstanceUnknown, null, instanceName);
        }

        var all = registrations.Select(RecordRules.Normalize).ToList();
        if (all.Select(Check).FirstOrDefault(refusal => refusal is not null) is { } invalid)
        {
            return invalid;
        }

        var stored = 0;
        while (stored < all.Count)
        {
            switch (await ImportPartAsync(instance, all, stored, cancellationToken).ConfigureAwait(false))
            {
                case Part.Stored(var count):
                    stored += count;
                    events.PublishChanged(instance.Header.Name);
                    break;
                case Part.Denied(var verdict):
                    return EndedAfter(stored, rejections.Refuse(instance, call, verdict));
                case Part.Refused(var refusal):
                    return EndedAfter(stored, refusal);
            }
        }

        return stored;
    }

    /// <summary>What was stored before stays, and is what the call has done.</summary>
    private static Outcome<int> EndedAfter(int stored, Refusal refusal) => stored == 0 ? refusal : stored;

    private async Task<Part> ImportPartAsync(
        LoadedInstance instance, List<RegistrationRecord> all, int from, CancellationToken cancellationToken)
    {
        var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
        using (session)
        {
            if (denial is not null)
            {
                return new Part.Denied(denial);
            }

            using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
            if (deks.Open(session, instance, Math.Min(all.Count - from, MaxPerTransaction)) is not { } room)
            {
                return new Part.Refused(new Refusal(ProvisioningRefusals.RecordCorrupt, null, all[from].RegistrationId));
            }

            var part = CollectionsMarshal.AsSpan(all).Slice(from, room.Records);
            return Store(session, instance, room.Ciphers, part);
        }
    }

    private Part Store(in RecordSession session, LoadedInstance instance, RecordCipherPool ciphers, ReadOnlySpan<RegistrationRecord> part)
    {
        var writer = database.Writer;
        using var work = writer.Begin();
        var id = instance.Header.Id;
        var revision = writer.TakeRevisions(id, part.Length);
        var now = clock.Time.GetUtcNow().UtcTicks;
        var added = 0;
        foreach (var registration in part)
        {
            using var content = new SecretBuffer();
            RecordJson.Write(content, registration, RecordJson.Default.RegistrationRecord);
            var head = writer.Head(id, RecordKind.RegistrationRecord, registration.RegistrationId);
            if (head is not null)
            {
                // Written anew under the open DEK, so that every record of the part belongs to one key.
                writer.Delete(id, RecordKind.RegistrationRecord, registration.RegistrationId);
            }

            writer.Insert(id, session.Seal(
                new StoredRecord(
                    RecordKind.RegistrationRecord, registration.RegistrationId, registration.EnrollmentGroupId, registration.Status,
                    revision++, head?.CreatedAt ?? now, now, ciphers.DekNumber, []),
                content.Written,
                ciphers));
            added += head is null ? 1 : 0;
        }

        if (RecordRules.CheckCount(RecordKind.RegistrationRecord, writer.Count(id, RecordKind.RegistrationRecord, added)) is { } full)
        {
            return new Part.Refused(full);
        }

        writer.Assign(id, ciphers.DekNumber, part.Length);
        if (session.Denial is { } late)
        {
            return new Part.Denied(late);
        }

        work.Commit();
        return new Part.Stored(part.Length);
    }

    private static Refusal? Check(RegistrationRecord registration)
    {
        if (RecordRules.Check(registration) is { } refusal)
        {
            return refusal;
        }

        using var content = new SecretBuffer();
        RecordJson.Write(content, registration, RecordJson.Default.RegistrationRecord);
        return RecordRules.CheckSize(content.Length);
    }

    /// <summary>What became of one part: all of it was stored, or nothing, because the key denied it or it may not be stored.</summary>
    private abstract record Part
    {
        private Part() { }

        public sealed record Stored(int Count) : Part;

        public sealed record Denied(AccessVerdict Verdict) : Part;

        public sealed record Refused(Refusal Refusal) : Part;
    }
}
