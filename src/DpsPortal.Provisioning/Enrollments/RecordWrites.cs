using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

internal sealed class RecordWrites(
    DpsDatabase database, InstanceRegistry instances, DekAllocation deks, Rejections rejections, EventFeed events, DomainClock clock, ControlLog log,
    FormerHubs former)
{
    public async Task<Outcome<RecordSummary>> PutAsync(
        string instanceName, RecordCall call, RecordDraft draft, WriteRule rule, string? ifMatch, CancellationToken cancellationToken)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return Unknown(instanceName);
        }

        var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
        using (session)
        {
            if (denial is not null)
            {
                return rejections.Refuse(instance, call, denial);
            }

            using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
            var outcome = Put(session, instance, call, draft, rule, ifMatch);
            if (outcome is Outcome<RecordSummary>.Done)
            {
                events.PublishChanged(instance.Header.Name);
            }

            return outcome;
        }
    }

    public async Task<Outcome<bool>> DeleteAsync(string instanceName, RecordCall call, string? ifMatch, CancellationToken cancellationToken)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return Unknown(instanceName);
        }

        var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
        using (session)
        {
            if (denial is not null)
            {
                return rejections.Refuse(instance, call, denial);
            }

            using var turn = await database.BeginWritingAsync(cancellationToken).ConfigureAwait(false);
            var writer = database.Writer;
            var head = writer.Head(instance.Header.Id, call.Kind, call.Id);
            if (head is null || CheckETag(head.Value, ifMatch ?? ETags.From(head.Value.Revision)) is not null)
            {
                return head is null
                    ? new Refusal(ProvisioningRefusals.RecordNotFound, null, call.Id)
                    : new Refusal(ProvisioningRefusals.ETagMismatch, null, call.Id);
            }

            var registration = call.Kind == RecordKind.RegistrationRecord ? Registration(session, instance, call.Id) : null;
            using var work = writer.Begin();
            writer.Delete(instance.Header.Id, call.Kind, call.Id);
            writer.NoteDeletion(instance.Header.Id, call.Kind, call.Id, writer.TakeRevisions(instance.Header.Id, 1), clock.Time.GetUtcNow().UtcTicks);
            writer.Count(instance.Header.Id, call.Kind, -1);
            if (session.Denial is { } late)
            {
                return rejections.Refuse(instance, call, late);
            }

            work.Commit();
            if (registration is not null)
            {
                former.Remember(instance.Header.Id, registration);
            }
        }

        events.PublishChanged(instance.Header.Name);
        return true;
    }

    private Outcome<RecordSummary> Put(
        in RecordSession session, LoadedInstance instance, in RecordCall call, RecordDraft draft, WriteRule rule, string? ifMatch)
    {
        var head = database.Writer.Head(instance.Header.Id, draft.Kind, draft.Id);
        if (rule == WriteRule.ByETag && CheckETag(head, ifMatch) is { } conflict)
        {
            return new Refusal(conflict, null, draft.Id);
        }

        using var content = new SecretBuffer();
        if (!Write(session, instance, draft, head, content))
        {
            return new Refusal(ProvisioningRefusals.RecordCorrupt, null, draft.Id);
        }

        if (RecordRules.CheckSize(content.Length) is { } tooLarge)
        {
            return tooLarge;
        }

        return head is { } existing
            ? Replace(session, instance, call, draft, existing, content)
            : Insert(session, instance, call, draft, content);
    }

    private bool Write(in RecordSession session, LoadedInstance instance, RecordDraft draft, RecordHead? head, SecretBuffer content)
    {
        if (head is null || !draft.NeedsStored)
        {
            draft.Write(content, null);
            return true;
        }

        var reader = database.RentReader();
        try
        {
            using var stored = session.Open(reader.Find(instance.Header.Id, draft.Kind, draft.Id)!, reader);
            if (stored is not null)
            {
                draft.Write(content, stored);
            }

            return stored is not null;
        }
        finally
        {
            database.Return(reader);
        }
    }

    /// <summary>What a record says that is about to go; one that does not open goes all the same.</summary>
    private RegistrationRecord? Registration(in RecordSession session, LoadedInstance instance, string id)
    {
        var reader = database.RentReader();
        try
        {
            using var content = session.Open(reader.Find(instance.Header.Id, RecordKind.RegistrationRecord, id)!, reader);
            return content is null ? null : RecordJson.Read(content.Written, RecordJson.Default.RegistrationRecord);
        }
        finally
        {
            database.Return(reader);
        }
    }

    private Outcome<RecordSummary> Insert(in RecordSession session, LoadedInstance instance, in RecordCall call, RecordDraft draft, SecretBuffer content)
    {
        if (deks.Open(session, instance, 1) is not { } room)
        {
            return new Refusal(ProvisioningRefusals.RecordCorrupt, null, draft.Id);
        }

        var writer = database.Writer;
        using var work = writer.Begin();
        var revision = writer.TakeRevisions(instance.Header.Id, 1);
        if (RecordRules.CheckCount(draft.Kind, writer.Count(instance.Header.Id, draft.Kind, 1)) is { } full)
        {
            return full;
        }

        var now = clock.Time.GetUtcNow().UtcTicks;
        var record = session.Seal(
            new StoredRecord(draft.Kind, draft.Id, draft.Group, draft.Status, revision, now, now, room.Ciphers.DekNumber, []), content.Written, room.Ciphers);
        writer.Insert(instance.Header.Id, record);
        writer.Assign(instance.Header.Id, record.Dek, 1);
        return Commit(session, instance, call, draft, work, record);
    }

    private Outcome<RecordSummary> Replace(
        in RecordSession session, LoadedInstance instance, in RecordCall call, RecordDraft draft, RecordHead existing, SecretBuffer content)
    {
        // It stays under its DEK, unless that has done all the encryptions it may.
        if (deks.For(session, instance, existing.Dek) is not { } ciphers)
        {
            return new Refusal(ProvisioningRefusals.RecordCorrupt, null, draft.Id);
        }

        var writer = database.Writer;
        using var work = writer.Begin();
        var revision = writer.TakeRevisions(instance.Header.Id, 1);
        var now = clock.Time.GetUtcNow().UtcTicks;
        var record = session.Seal(
            new StoredRecord(
                draft.Kind, draft.Id, draft.Group, draft.Status, revision, existing.CreatedAt, now, ciphers.DekNumber, []), content.Written, ciphers);
        writer.Update(instance.Header.Id, record);
        writer.Assign(instance.Header.Id, record.Dek, record.Dek == existing.Dek ? 0 : 1);
        return Commit(session, instance, call, draft, work, record);
    }

    /// <summary>Commits unless access was withdrawn meanwhile; a revoke waits for the session, so it finds the write done or not begun.</summary>
    private Outcome<RecordSummary> Commit(
        in RecordSession session, LoadedInstance instance, in RecordCall call, RecordDraft draft, in RecordWriter.Work work, StoredRecord record)
    {
        if (session.Denial is { } late)
        {
            return rejections.Refuse(instance, call, late);
        }

        if (draft.HandsOutKeys)
        {
            log.Add(database.Writer.Connection, instance.Header.Name, Rejections.GetAttestationMechanism, $"{call.Kind} {call.Id}", call.Caller);
        }

        work.Commit();
        return record.Summary;
    }

    private static string? CheckETag(RecordHead? head, string? ifMatch) => (head, ifMatch) switch
    {
        (null, null) => null,
        (null, _) => ProvisioningRefusals.RecordNotFound,
        (_, null) => ProvisioningRefusals.RecordExists,
        // RFC 9110, 13.1.1: an asterisk matches whatever is there.
        ({ } stored, _) => ifMatch == "*" || ETags.From(stored.Revision) == ifMatch ? null : ProvisioningRefusals.ETagMismatch,
    };

    private static Refusal Unknown(string name) => new(ProvisioningRefusals.InstanceUnknown, null, name);
}
