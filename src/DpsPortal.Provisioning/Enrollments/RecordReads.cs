using System.Text;
using System.Text.Json.Serialization.Metadata;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>Reads of records: single ones decrypted, and pages of what is stored in clear.</summary>
internal sealed class RecordReads(DpsDatabase database, InstanceRegistry instances, Rejections rejections)
{
    public RecordPage List(string instanceName, RecordKind kind, string? group, string? continuation, int pageSize)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return new RecordPage([], null);
        }

        var count = PageSize.Within(pageSize);
        var reader = database.RentReader();
        try
        {
            // One more than asked tells whether there is a next page.
            var found = reader.Page(instance.Header.Id, kind, group is null ? null : RecordRules.Normalize(group), After(continuation), count + 1);
            var page = found.Take(count).Select(record => record.Summary).ToList();
            return new RecordPage(page, found.Count > count ? Continuation(page[^1].Id) : null);
        }
        finally
        {
            database.Return(reader);
        }
    }

    public RecordPage List(string instanceName, RecordQuery query)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return new RecordPage([], null);
        }

        var count = PageSize.Within(query.PageSize);
        var listing = new RecordListing(instance.Header.Id, query);
        var reader = database.RentReader();
        try
        {
            // One more than asked tells whether there is a further page; backwards it comes first.
            var found = reader.Page(listing, count + 1);
            var page = found.Take(count).Select(record => record.Summary).ToList();
            if (listing.IsBackwards)
            {
                page.Reverse();
            }

            var (further, total) = (found.Count > count, reader.Count(listing));
            return new RecordPage(page, null)
            {
                HasPrevious = listing.IsBackwards ? further : query.After is not null,
                HasNext = listing.IsBackwards || further,
                Total = Math.Min(total, listing.IsNarrowed ? RecordPage.MostCounted : long.MaxValue),
                HasMore = listing.IsNarrowed && total > RecordPage.MostCounted,
            };
        }
        finally
        {
            database.Return(reader);
        }
    }

    public IReadOnlyList<RecordDeletion> FindDeletions(string instanceName, IReadOnlyCollection<RecordName> records)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return [];
        }

        var reader = database.RentReader();
        try
        {
            var deletions = new List<RecordDeletion>();
            foreach (var (kind, id) in records)
            {
                if (reader.FindDeletion(instance.Header.Id, kind, id) is var (revision, at))
                {
                    deletions.Add(new RecordDeletion(kind, id, revision, new DateTimeOffset(at, TimeSpan.Zero)));
                }
            }

            return deletions;
        }
        finally
        {
            database.Return(reader);
        }
    }

    public async Task<RecordRead<T>> ReadAsync<T>(string instanceName, RecordCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return new RecordRead<T>.NotFound();
        }

        var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
        using (session)
        {
            if (denial is not null)
            {
                return new RecordRead<T>.Rejected(rejections.Reject(instance, call, denial));
            }

            var read = Read(session, instance, call, type);
            // Not before the content is clear: a revoke that began during the cryptography takes it back.
            return session.Denial is { } late ? new RecordRead<T>.Rejected(rejections.Reject(instance, call, late)) : read;
        }
    }

    /// <summary>A page of records with their contents, decrypted; refused as a whole. One that is corrupt is named and costs no other.</summary>
    /// <param name="group">Of registration records: only those that came through this enrollment group.</param>
    public async Task<(ContentPage<T>? Page, RecordRead<T>? Failure)> ReadPageAsync<T>(
        string instanceName, RecordCall call, string? group, string after, int count, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return (null, new RecordRead<T>.NotFound());
        }

        var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
        using (session)
        {
            if (denial is not null)
            {
                return (null, new RecordRead<T>.Rejected(rejections.Reject(instance, call, denial)));
            }

            var read = ReadPage(session, instance, call, group, after, count, type);
            return session.Denial is { } late ? (null, new RecordRead<T>.Rejected(rejections.Reject(instance, call, late))) : read;
        }
    }

    private (ContentPage<T>? Page, RecordRead<T>? Failure) ReadPage<T>(
        in RecordSession session, LoadedInstance instance, in RecordCall call, string? group, string after, int count, JsonTypeInfo<T> type)
    {
        var reader = database.RentReader();
        try
        {
            var stored = reader.PageWithContents(instance.Header.Id, call.Kind, group is null ? null : RecordRules.Normalize(group), after, count + 1);
            var records = new List<RecordRead<T>.Found>(Math.Min(count, stored.Count));
            var corrupt = new List<string>();
            foreach (var listed in stored.Take(count))
            {
                var record = listed;
                using var content = session.OpenCurrent(ref record, reader);
                if (content is not null)
                {
                    records.Add(new RecordRead<T>.Found(RecordJson.Read(content.Written, type), record!.Summary));
                }
                else if (record is not null)
                {
                    corrupt.Add(record.Id);
                }
            }

            return (new ContentPage<T>(records, corrupt, stored.Count > count ? stored[count - 1].Id : null), null);
        }
        finally
        {
            database.Return(reader);
        }
    }

    private RecordRead<T> Read<T>(in RecordSession session, LoadedInstance instance, in RecordCall call, JsonTypeInfo<T> type)
    {
        var reader = database.RentReader();
        try
        {
            var record = reader.Find(instance.Header.Id, call.Kind, call.Id);
            using var content = session.OpenCurrent(ref record, reader);
            return (record, content) switch
            {
                (null, _) => new RecordRead<T>.NotFound(),
                (_, null) => new RecordRead<T>.Corrupt(call.Kind, call.Id),
                _ => new RecordRead<T>.Found(RecordJson.Read(content.Written, type), record.Summary),
            };
        }
        finally
        {
            database.Return(reader);
        }
    }

    private static string Continuation(string id) => Convert.ToBase64String(Encoding.UTF8.GetBytes(id));

    private static string After(string? continuation)
    {
        Span<byte> id = stackalloc byte[256];
        return continuation is { Length: < 300 } && Convert.TryFromBase64String(continuation, id, out var length)
            ? Encoding.UTF8.GetString(id[..length])
            : "";
    }
}
