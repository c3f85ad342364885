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

    public async Task<RecordVerification> VerifyAsync(
        Caller caller,
        string instanceName,
        Func<IReadOnlyList<RecordReading>, CancellationToken, ValueTask>? readings,
        IProgress<RecordVerification>? progress,
        CancellationToken cancellationToken)
    {
        if (instances.Find(instanceName) is not { } instance)
        {
            return new RecordVerification(0, 0, 0, null, systemClock.GetUtcNow());
        }

        var (kind, after) = ((RecordKind)0, "");
        var reader = database.RentReader();
        try
        {
            // Read before the first record: whatever is written from here on has a later revision.
            using var run = new Run(
                rejections, instance, rejections.Begin(caller, Rejections.Query, RecordKind.EnrollmentGroup, "*"), reader.NewestRevision(instance.Header.Id));

            // Every page is a fresh read: one long read transaction would pin the write-ahead log.
            while (reader.Scan(instance.Header.Id, kind, after, PageSize) is { Count: > 0 } page)
            {
                foreach (var record in page)
                {
                    await run.AddAsync(record, reader, cancellationToken).ConfigureAwait(false);
                }

                (kind, after) = (page[^1].Kind, page[^1].Id);
                var taken = run.TakeReadings();
                if (readings is not null)
                {
                    await readings(taken, cancellationToken).ConfigureAwait(false);
                }

                progress?.Report(run.SoFar(systemClock.GetUtcNow()));
                await Task.Yield();
            }

            return run.Finish(systemClock.GetUtcNow());
        }
        finally
        {
            database.Return(reader);
        }
    }

    private sealed class Run(Rejections rejections, LoadedInstance instance, RecordCall call, long since) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly Fingerprints _fingerprints = new();
        private List<RecordReading> _readings = [];
        private long _ok;
        private long _rejected;
        private long _corrupt;

        public async ValueTask AddAsync(StoredRecord? record, RecordReader reader, CancellationToken cancellationToken)
        {
            var (session, denial) = await RecordSession.EnterAsync(instance, cancellationToken).ConfigureAwait(false);
            using (session)
            {
                var met = record!;
                using var content = denial is null ? session.OpenCurrent(ref record, reader) : null;
                var fingerprint = content is null ? UInt128.Zero : _fingerprints.Of(session, record!, content.Written);
                denial ??= session.Denial;
                if (denial is not null)
                {
                    _fingerprints.Forget();
                    _readings.Add(new RecordReading(met.Kind, met.Id, met.Revision, RecordReadingResult.Rejected, UInt128.Zero));

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
                    _readings.Add(new RecordReading(record!.Kind, record.Id, record.Revision, RecordReadingResult.Read, fingerprint));
                }
                else if (record is not null)
                {
                    _corrupt++;
                    _readings.Add(new RecordReading(record.Kind, record.Id, record.Revision, RecordReadingResult.Corrupt, UInt128.Zero));
                }
            }
        }

        public List<RecordReading> TakeReadings()
        {
            var taken = _readings;
            _readings = new List<RecordReading>(PageSize);
            return taken;
        }

        public RecordVerification SoFar(DateTimeOffset now) => new(_ok, _rejected, _corrupt, null, now) { Since = since };

        public RecordVerification Finish(DateTimeOffset now) =>
            SoFar(now) with { ContentHash = _rejected + _corrupt == 0 ? Convert.ToHexStringLower(_hash.GetHashAndReset()) : null };

        public void Dispose()
        {
            _hash.Dispose();
            _fingerprints.Dispose();
        }

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
