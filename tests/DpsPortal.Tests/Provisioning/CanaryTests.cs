using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Provisioning;

/// <summary>What is stored contains no secret in any encoding, and with the platform layer peeled off still none.</summary>
[StartsHosts]
public sealed class CanaryTests
{
    private readonly byte[][] _canaries = [.. Enumerable.Range(0, 6).Select(_ => RandomNumberGenerator.GetBytes(48))];

    [Fact]
    public async Task The_files_of_a_customer_managed_instance_hold_no_planted_secret_in_any_encoding()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        await PlantAsync(dps, vault.AddKey());

        var files = Files(dps);

        Assert.Contains(files.Keys, name => name.EndsWith("-wal", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Empty(Found(file.Value)));
        // The scan can find: an id is stored in clear.
        Assert.Contains(files.Values, bytes => bytes.AsSpan().IndexOf("canary-device"u8) >= 0);
    }

    [Fact]
    public async Task Nor_does_what_the_platform_key_opens_but_it_does_without_a_customer_key()
    {
        var vault = new FakeVault();
        await using var customer = await RunningDps.StartedAsync(vault.Access);
        await PlantAsync(customer, vault.AddKey());
        await using var microsoft = await RunningDps.StartedAsync(vault.Access);
        await PlantAsync(microsoft, null);

        Assert.All(Files(microsoft).Values, bytes => Assert.Empty(Found(bytes)));
        Assert.Empty(Found(await PeelAsync(customer)));
        // The control: the same scan over the same records, where the platform layer is the only one.
        Assert.Equal(_canaries.Length, Found(await PeelAsync(microsoft)).Count);
    }

    private async Task PlantAsync(RunningDps dps, KeyIdentifier? key)
    {
        await dps.CreatedAsync("contoso", key);
        var (enrollments, none) = (dps.Enrollments, CancellationToken.None);
        var text = _canaries.Select(Convert.ToBase64String).ToArray();
        (await enrollments.PutGroupAsync(RunningDps.Tester, "contoso", RunningDps.Group("canary-group", text[0], text[1]), null, none)).Value();
        var device = new IndividualEnrollment
        {
            RegistrationId = "canary-device",
            DeviceId = Convert.ToHexStringLower(_canaries[2]),
            Attestation = new Attestation("symmetricKey", new SymmetricKeyAttestation(text[3], null)),
            InitialTwin = new InitialTwin(null, new InitialTwinProperties(new JsonObject { ["password"] = text[4] })),
        };
        (await enrollments.PutIndividualAsync(RunningDps.Tester, "contoso", device, null, none)).Value();
        var registration = new RegistrationRecord { RegistrationId = "canary-device", Status = "assigned", Payload = new JsonObject { ["token"] = text[5] } };
        (await enrollments.PutRegistrationAsync(RunningDps.Tester, "contoso", registration, none)).Value();
        // Written twice: neither the old version of a row nor its remains may stay readable.
        (await enrollments.PutRegistrationAsync(RunningDps.Tester, "contoso", registration with { Status = "failed" }, none)).Value();
    }

    private List<string> Found(byte[] haystack) =>
        [.. _canaries.Where(canary => Encodings(canary).Any(needle => haystack.AsSpan().IndexOf(needle) >= 0)).Select(Convert.ToHexString)];

    /// <summary>
    /// The bytes themselves and their texts, each in UTF-8 and UTF-16, and the texts once more in base64 at each of its three alignments
    /// and in hexadecimal.
    /// </summary>
    private static IEnumerable<byte[]> Encodings(byte[] canary)
    {
        yield return canary;
        foreach (var text in (string[])[
            Convert.ToBase64String(canary), JsonEncodedText.Encode(Convert.ToBase64String(canary))
                .ToString(), Convert.ToHexString(canary), Convert.ToHexStringLower(canary),
        ])
        {
            foreach (var bytes in (byte[][])[Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text)])
            {
                yield return bytes;
                yield return Encoding.UTF8.GetBytes(Convert.ToHexString(bytes));
                yield return Encoding.UTF8.GetBytes(Convert.ToHexStringLower(bytes));
                for (var skip = 0; skip < 3; skip++)
                {
                    yield return Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes.AsSpan(skip, (bytes.Length - skip) / 3 * 3)));
                }
            }
        }
    }

    private static Dictionary<string, byte[]> Files(RunningDps dps) =>
        new DirectoryInfo(dps.DataDirectory).EnumerateFiles("*", SearchOption.AllDirectories).Where(
            file => file.Extension != ".lock").ToDictionary(file => file.Name, file =>
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        });

    /// <summary>Everything that the platform key alone opens, as somebody with both folders could.</summary>
    private static async Task<byte[]> PeelAsync(RunningDps dps)
    {
        using var platform = PlatformKey.LoadOrCreate(dps.KeyFile, mayCreate: false);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT i.BindingId, r.Kind, r.Id, r.Dek, r.Revision, r.Envelope FROM Records r JOIN Instances i ON i.Id = r.InstanceId";
        await using var reader = await command.ExecuteReaderAsync();
        using var peeled = new MemoryStream();
        while (await reader.ReadAsync())
        {
            var slot = new RecordBinding(reader.GetGuid(0), (RecordKind)reader.GetInt32(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt64(4));
            peeled.Write(Peel(platform, slot, reader.GetFieldValue<byte[]>(5)));
        }

        Assert.True(peeled.Length > 0);
        return peeled.ToArray();
    }

    private static byte[] Peel(PlatformKey platform, RecordBinding slot, byte[] envelope)
    {
        using var key = platform.ForInstance(slot.Instance);
        using var outer = new ChaCha20Poly1305(key.Bytes);
        var associated = new byte[RecordBinding.MaxSize];
        var length = 0;
        Assert.True(envelope[Envelope.Layers] == 2 || slot.TryWrite(Envelope.Format, 1, associated, out length));
        var body = new byte[envelope.Length - Envelope.Body];
        outer.Decrypt(
            envelope.AsSpan(Envelope.OuterNonce, NonceSource.Size), envelope.AsSpan(Envelope.Body),
            envelope.AsSpan(Envelope.OuterTag, Envelope.TagSize), body, associated.AsSpan(0, length));
        return body;
    }
}
