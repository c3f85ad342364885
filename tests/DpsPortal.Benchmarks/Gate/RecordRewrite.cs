using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// What a rotation would be without the key hierarchy: every record decrypted and encrypted again in both layers and updated, by
/// prepared statements in long transactions, on a copy of the database's own pages.
/// </summary>
internal sealed class RecordRewrite : IDisposable
{
    private const int PerTransaction = 4096;

    private readonly LoadedInstance _instance;
    private readonly DpsDatabase _copy;

    private RecordRewrite(LoadedInstance instance, DpsDatabase copy) => (_instance, _copy) = (instance, copy);

    public static async Task<RecordRewrite> CopyAsync(ProvisioningHost provisioning, string instance, string folder)
    {
        var loaded = provisioning.Services.GetRequiredService<InstanceRegistry>().Find(instance)!;
        var copy = await DpsDatabase.OpenAsync(folder, default);
        using var source = provisioning.Services.GetRequiredService<DpsDatabase>().Open();
        using var target = copy.Open();
        source.BackupDatabase(target);
        return new RecordRewrite(loaded, copy);
    }

    /// <returns>The number of records written.</returns>
    public async Task<int> RunAsync()
    {
        var (session, denial) = await RecordSession.EnterAsync(_instance, default);
        using var entered = session;
        if (denial is not null)
        {
            throw new InvalidOperationException($"Denied: {denial}");
        }

        var written = 0;
        var reader = _copy.RentReader();
        var (kind, after) = ((RecordKind)0, "");
        while (reader.Scan(_instance.Header.Id, kind, after, PerTransaction) is { Count: > 0 } page)
        {
            using var turn = await _copy.BeginWritingAsync(default);
            Rewrite(session, reader, page);
            (kind, after) = (page[^1].Kind, page[^1].Id);
            written += page.Count;
        }

        _copy.Return(reader);
        return written;
    }

    public void Dispose() => _copy.Dispose();

    private void Rewrite(in RecordSession session, RecordReader reader, List<StoredRecord> page)
    {
        using var work = _copy.Writer.Begin();
        foreach (var record in page)
        {
            using var content = session.Open(record, reader) ?? throw new InvalidOperationException($"{record.Id} did not open.");
            _copy.Writer.Update(_instance.Header.Id, session.Seal(record, content.Written, session.Ciphers(record.Dek, reader)!));
        }

        work.Commit();
    }
}
