using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>Decrypts every record of an instance, page by page, and counts what came of it.</summary>
internal sealed class RecordVerifier(DpsDatabase database, InstanceRegistry instances, Rejections rejections, TimeProvider systemClock)
{
    private const int PageSize = 512;

    public async Task<RecordVerification> VerifyAsync(Caller caller, string instanceName, IProgress<RecordVerification>? progress, CancellationToken cancellationToken)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return new RecordVerification(0, 0, 0, null, systemClock.GetUtcNow());
        }

        using var run = new Run(rejections, instance, rejections.Begin(caller, Rejections.Query, RecordKind.EnrollmentGroup, "*"));
        var (kind, after) = ((RecordKind)0, "");
        var reader = database.RentReader();
        try
        {
            // Every page is a fresh read: one long read transaction would pin the write-ahead log.
            while (reader.Scan(instance.Header.Id, kind, after, PageSize) is { Count: > 0 } page)
            {
                foreach (var record in page)
                {
                    await run.AddAsync(record, reader, cancellationToken).ConfigureAwait(false);
                }

                (kind, after) = (page[^1].Kind, page[^1].Id);
                progress?.Report(run.SoFar(systemClock.GetUtcNow()));
                await Task.Yield();
            }
        }
        finally
        {
            database.Return(reader);
        }

        return run.Finish(systemClock.GetUtcNow());
    }

    private sealed class Run(Rejections rejections, LoadedInstance instance, RecordCall call) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _ok;
        private long _rejected;
        private long _corrupt;

        public async ValueTask AddAsync(StoredRecord? record, RecordReader reader, CancellationToken cancellationToken)
        {
            var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
            using (session)
            {
                using var content = denial is null ? session.OpenCurrent(ref record, reader) : null;
                denial ??= session.Denial;
                if (denial is not null)
                {
                    // One entry for the run, not one for each of a million records.
                    if (_rejected++ == 0)
                    {
                        rejections.Reject(instance, call, denial);
                    }
                }
                else if (content is not null)
                {
                    _ok++;
                    Append(record!, content.Written);
                }
                else if (record is not null)
                {
                    _corrupt++;
                }
            }
        }

        public RecordVerification SoFar(DateTimeOffset now) => new(_ok, _rejected, _corrupt, null, now);

        public RecordVerification Finish(DateTimeOffset now) =>
            SoFar(now) with { ContentHash = _rejected + _corrupt == 0 ? Convert.ToHexStringLower(_hash.GetHashAndReset()) : null };

        public void Dispose() => _hash.Dispose();

        private void Append(StoredRecord record, ReadOnlySpan<byte> content)
        {
            // Lengths first, so that no two sequences of records have the same bytes.
            Span<byte> head = stackalloc byte[1 + sizeof(int) + sizeof(int)];
            head[0] = (byte)record.Kind;
            BinaryPrimitives.WriteInt32BigEndian(head[1..], Encoding.UTF8.GetByteCount(record.Id));
            BinaryPrimitives.WriteInt32BigEndian(head[5..], content.Length);
            _hash.AppendData(head);
            _hash.AppendData(Encoding.UTF8.GetBytes(record.Id));
            _hash.AppendData(content);
        }
    }
}
