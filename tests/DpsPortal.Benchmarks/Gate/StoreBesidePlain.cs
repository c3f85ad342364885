using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// An instance with a customer-managed key, and a copy of its database in which the same prepared statements store the same records
/// without encrypting them, or encrypted by the bare primitives. Durable on both sides, transactions of one length.
/// </summary>
internal sealed class StoreBesidePlain : IAsyncDisposable
{
    public const string Instance = "dps-bench";
    private const int PerTransaction = 4096;
    private const int PayloadSize = 900;

    private readonly RunningDps _dps;
    private readonly DpsDatabase _copy;
    private readonly RecordReader _reader;
    private readonly AesGcm _inner = new(RandomNumberGenerator.GetBytes(32), 16);
    private readonly ChaCha20Poly1305 _outer = new(RandomNumberGenerator.GetBytes(32));

    private StoreBesidePlain(RunningDps dps, DpsDatabase copy)
    {
        (_dps, _copy, _reader) = (dps, copy, copy.RentReader());
        Loaded = dps.Host.Services.GetRequiredService<InstanceRegistry>().Find(Instance)!;
    }

    public LoadedInstance Loaded { get; }

    public static async Task<StoreBesidePlain> StartAsync()
    {
        var vault = new FakeVault();
        var dps = RunningDps.Stopped(vault.Access);
        dps.RealClock = TimeProvider.System;
        await dps.StartAsync();
        await dps.CreatedAsync(Instance, vault.AddKey());
        var copy = await DpsDatabase.OpenAsync(Path.Combine(dps.DataDirectory, "plain"), default);
        using var source = dps.Host.Services.GetRequiredService<DpsDatabase>().Open();
        using var target = copy.Open();
        source.BackupDatabase(target);
        return new StoreBesidePlain(dps, copy);
    }

    public static RegistrationRecord[] Records(int from, int count) => [.. Enumerable.Range(from, count).Select(number => new RegistrationRecord
    {
        RegistrationId = string.Create(CultureInfo.InvariantCulture, $"device-{number:D7}"),
        Status = "assigned",
        DeviceId = "device",
        AssignedHub = "hub.azure-devices.net",
        Payload = JsonValue.Create(new string((char)('a' + (number % 26)), PayloadSize)),
    })];

    public static byte[] Content(RegistrationRecord record)
    {
        using var content = new SecretBuffer();
        RecordJson.Write(content, record, RecordJson.Default.RegistrationRecord);
        return content.Written.ToArray();
    }

    public async Task ImportAsync(RegistrationRecord[] records)
    {
        if ((await _dps.Enrollments.ImportRegistrationsAsync(RunningDps.Tester, Instance, records, default)).Value() != records.Length)
        {
            throw new InvalidOperationException("Not every record was stored.");
        }
    }

    public void Read(string id)
    {
        var read = _dps.ReadAsync(Instance, id);
        if (!read.IsCompletedSuccessfully || read.Result is not RecordRead<RegistrationRecord>.Found)
        {
            throw new InvalidOperationException("That was no read from memory and disk alone.");
        }
    }

    /// <summary>What the import does, but for the encryption: checks, numbers, counts, a look for an older record.</summary>
    public async Task InsertPlainAsync(RegistrationRecord[] records)
    {
        if (records.Select(Check).Any(valid => !valid))
        {
            throw new InvalidOperationException("A record is not one that may be stored.");
        }

        foreach (var part in records.Chunk(PerTransaction))
        {
            using var turn = await _copy.BeginWritingAsync(default);
            using var work = _copy.Writer.Begin();
            var revision = _copy.Writer.TakeRevisions(Loaded.Header.Id, part.Length);
            foreach (var record in part)
            {
                _ = _copy.Writer.Head(Loaded.Header.Id, RecordKind.RegistrationRecord, record.RegistrationId);
                Insert(record, revision++, Content(record));
            }

            _copy.Writer.Count(Loaded.Header.Id, RecordKind.RegistrationRecord, part.Length);
            work.Commit();
        }
    }

    public void ReadPlain(string id)
    {
        var stored = _reader.Find(Loaded.Header.Id, RecordKind.RegistrationRecord, id) ?? throw new InvalidOperationException($"{id} is missing.");
        _ = new RecordRead<RegistrationRecord>.Found(RecordJson.Read(stored.Envelope, RecordJson.Default.RegistrationRecord), stored.Summary);
    }

    /// <summary>Nothing but both layers and the insert: bytes that are there already, fixed nonces, no associated data, nothing checked or counted.</summary>
    public async Task InsertRawAsync(RegistrationRecord[] records, byte[][] contents)
    {
        var (nonce, tag) = (new byte[12], new byte[16]);
        for (var from = 0; from < records.Length; from += PerTransaction)
        {
            using var turn = await _copy.BeginWritingAsync(default);
            using var work = _copy.Writer.Begin();
            for (var i = from; i < Math.Min(records.Length, from + PerTransaction); i++)
            {
                var envelope = new byte[contents[i].Length + Envelope.Overhead(twoLayers: true)];
                var body = envelope.AsSpan(Envelope.Body);
                _inner.Encrypt(nonce, contents[i], body[Envelope.Content..], tag);
                _outer.Encrypt(nonce, body, body, tag);
                Insert(records[i], i, envelope);
            }

            work.Commit();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _inner.Dispose();
        _outer.Dispose();
        _reader.Dispose();
        _copy.Dispose();
        await _dps.DisposeAsync();
    }

    private void Insert(RegistrationRecord record, long revision, byte[] envelope) => _copy.Writer.Insert(
        Loaded.Header.Id,
        new StoredRecord(RecordKind.RegistrationRecord, record.RegistrationId, null, record.Status, revision, 0, 0, 1, envelope));

    private static bool Check(RegistrationRecord record) =>
        RecordRules.Check(record) is null && Content(RecordRules.Normalize(record)).Length <= RecordRules.MaxContentSize;
}
