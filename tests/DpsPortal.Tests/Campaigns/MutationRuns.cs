using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Provisioning;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Mutations and swaps of what is stored: envelopes, wrapped data-encryption keys, wrapped instance keys. Each round alters one
/// column of every record of two instances behind the engine's back, reads them all, and puts the bytes back.
/// </summary>
internal sealed class MutationRuns : IDisposable
{
    private const int RecordsOfEach = 32;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Names = ["contoso", "fabrikam"];
    private static readonly StoredColumn[] Columns =
    [
        new("Records", "Envelope"), new("Records", "Envelope"), new("Records", "Envelope"), new("Deks", "Wrapped"), new("WrappedKeys", "Wrapped"),
        new("WrappedKeys", "CheckValue"),
    ];

    private readonly Engine _engine;
    private readonly SqliteConnection _connection;
    private readonly Random _random = new(20260302);

    private MutationRuns(Engine engine)
    {
        _engine = engine;
        _connection = new SqliteConnection($"Data Source={engine.DatabaseFile};Pooling=False");
        _connection.Open();
    }

    public static async Task<string> RunAsync(int mutations)
    {
        using var runs = await StartAsync();
        var done = new Dictionary<string, int>();
        for (var (round, made) = (0, 0); made < mutations; round++)
        {
            var column = Columns[round % Columns.Length];
            var altered = await runs.RoundAsync(column);
            done[column.ToString()] = done.GetValueOrDefault(column.ToString()) + altered;
            made += altered;
        }

        foreach (var name in Names)
        {
            Assert.Equal(
                (RecordsOfEach, 0L),
                await runs._engine.Enrollments.VerifyAsync(RunningDps.Tester, name, null, None) is var all ? ((int)all.ReadOk, all.Corrupt) : default);
        }

        return string.Join(", ", done.Select(pair => $"{pair.Value} of {pair.Key}")) + ": all rejected alike, and all readable again with the bytes put back";
    }

    public void Dispose()
    {
        _connection.Dispose();
        _engine.Dispose();
    }

    private static async Task<MutationRuns> StartAsync()
    {
        var vault = new FakeVault();
        var key = vault.AddKey();
        // One record for each DEK: then as many wrapped DEKs as envelopes can be altered at once.
        var engine = await Engine.StartAsync(vault.Access, recordsPerDek: 1);
        foreach (var name in Names)
        {
            Assert.IsType<Outcome<ProvisioningInstance>.Done>(await engine.Instances.CreateAsync(RunningDps.Tester, RunningDps.Request(name, key), None));
            Assert.Equal(
                RecordsOfEach,
                (await engine.Enrollments.ImportRegistrationsAsync(RunningDps.Tester, name, RunningDps.Registrations(RecordsOfEach), None)).Value());
        }

        return new MutationRuns(engine);
    }

    private async Task<int> RoundAsync(StoredColumn column)
    {
        var originals = Read(column);
        Write(
            column,
            originals.Select(
                (original, at) => (original.Row, Altered(original.Bytes, [.. originals.Where((_, other) => other != at).Select(other => other.Bytes)]))));
        if (column.Table != "Records")
        {
            // Keys are in memory once they were opened.
            await _engine.ReopenAsync();
        }

        foreach (var name in Names)
        {
            for (var number = 0; number < RecordsOfEach; number++)
            {
                await RejectedAsync(column, name, $"device-{number:D6}");
            }
        }

        Write(column, originals);
        if (column.Table != "Records")
        {
            await _engine.ReopenAsync();
        }

        return originals.Count;
    }

    /// <summary>Bytes of a record or of its key: corrupt, whatever was altered. The instance key's form: no access, and never a revoke.</summary>
    private async Task RejectedAsync(StoredColumn column, string name, string id)
    {
        var read = await _engine.Enrollments.ReadRegistrationAsync(RunningDps.Tester, name, id, None);
        if (column.Table == "WrappedKeys")
        {
            Assert.Equal(503, Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(read).Read.StatusCode);
        }
        else
        {
            Assert.Equal(new RecordRead<RegistrationRecord>.Corrupt(RecordKind.RegistrationRecord, id), read);
        }
    }

    private byte[] Altered(byte[] bytes, IReadOnlyList<byte[]> others)
    {
        while (true)
        {
            var altered = Mutate(bytes, others[_random.Next(others.Count)]);
            if (!altered.AsSpan().SequenceEqual(bytes))
            {
                return altered;
            }
        }
    }

    private byte[] Mutate(byte[] bytes, byte[] other)
    {
        var (at, length) = (_random.Next(bytes.Length), _random.Next(1, 17));
        var copy = bytes.ToArray();
        switch (_random.Next(10))
        {
            case 0 or 1 or 2:
                copy[at] ^= (byte)(1 << _random.Next(8));
                return copy;
            case 3:
                copy[at] = (byte)_random.Next(256);
                return copy;
            case 4:
                return bytes[..at];
            case 5:
                return bytes[at..];
            case 6:
                return [.. bytes, .. bytes[..Math.Min(length, bytes.Length)]];
            case 7:
                copy.AsSpan(at, Math.Min(length, bytes.Length - at)).Clear();
                return copy;
            case 8:
                return [.. other[..Math.Min(at, other.Length)], .. bytes[at..]];
            default:
                return other;
        }
    }

    private List<(long Row, byte[] Bytes)> Read(StoredColumn column)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT rowid, {column.Name} FROM {column.Table}";
        using var reader = command.ExecuteReader();
        var rows = new List<(long, byte[])>();
        while (reader.Read())
        {
            rows.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        }

        return rows;
    }

    private void Write(StoredColumn column, IEnumerable<(long Row, byte[] Bytes)> rows)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = _connection.CreateCommand();
        command.CommandText = $"UPDATE {column.Table} SET {column.Name} = $bytes WHERE rowid = $row";
        foreach (var (row, bytes) in rows)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$bytes", bytes);
            command.Parameters.AddWithValue("$row", row);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private sealed record StoredColumn(string Table, string Name)
    {
        public override string ToString() => $"{Table}.{Name}";
    }
}
