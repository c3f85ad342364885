using System.Security.Cryptography;
using CsCheck;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Provisioning;

/// <summary>An envelope opens in its own slot, unaltered, and nowhere else.</summary>
public sealed class EnvelopeTests : IDisposable
{
    private static readonly Guid Instance = Guid.Parse("0197f3a0-0000-7000-8000-000000000001");

    private readonly SecretKey _platformKey = SecretKey.Random();
    private readonly RecordCipherPool _twoLayers;
    private readonly RecordCipherPool _oneLayer;

    public EnvelopeTests()
    {
        _twoLayers = new RecordCipherPool(_platformKey, new DataEncryptionKey(1, SecretKey.Random()));
        _oneLayer = new RecordCipherPool(_platformKey, null);
    }

    private static RecordBinding Slot => new(Instance, RecordKind.IndividualEnrollment, "device-0001", 1, 42);

    public static TheoryData<string> Alterations { get; } = ["flip", "truncate", "extend", "cut front", "empty"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(96 * 1024)]
    public void What_was_sealed_opens(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        foreach (var pool in (RecordCipherPool[])[_twoLayers, _oneLayer])
        {
            Assert.Equal(content, Open(pool, Slot, Seal(pool, Slot, content)));
        }
    }

    [Theory]
    [MemberData(nameof(Alterations))]
    public void An_altered_envelope_does_not_open(string alteration) =>
        Gen.Select(Gen.Byte.Array[1, 200], Gen.Int[0, int.MaxValue], Gen.Int[0, 7], Gen.Bool).Sample((content, position, bit, two) =>
        {
            var pool = two ? _twoLayers : _oneLayer;
            var envelope = Seal(pool, Slot, content);
            var altered = alteration switch
            {
                "flip" => [.. envelope.Select((value, at) => at == position % envelope.Length ? (byte)(value ^ (1 << bit)) : value)],
                "truncate" => envelope[..(position % envelope.Length)],
                "extend" => [.. envelope, (byte)position],
                "cut front" => envelope[(1 + (position % (envelope.Length - 1)))..],
                _ => Array.Empty<byte>(),
            };
            Assert.Null(Open(pool, Slot, altered));
        }, iter: 300);

    [Fact]
    public void An_envelope_opens_in_no_other_slot()
    {
        RecordBinding[] others =
        [
            Slot with { Instance = Guid.NewGuid() },
            Slot with { Kind = RecordKind.EnrollmentGroup },
            Slot with { RecordId = "device-0002" },
            Slot with { RecordId = "device-000" },
            Slot with { RecordId = "" },
            Slot with { RecordId = "dévice-0001" },
            Slot with { RecordId = new string('a', 129) },
            Slot with { Dek = 2 },
            Slot with { Revision = 41 },
        ];
        foreach (var pool in (RecordCipherPool[])[_twoLayers, _oneLayer])
        {
            var envelope = Seal(pool, Slot, [1, 2, 3]);
            Assert.All(others, other => Assert.Null(Open(pool, other, envelope)));
            Assert.NotNull(Open(pool, Slot, envelope));
        }
    }

    [Fact]
    public void An_envelope_opens_under_no_other_key()
    {
        var envelope = Seal(_twoLayers, Slot, [1, 2, 3]);
        using var otherDek = new RecordCipherPool(_platformKey, new DataEncryptionKey(1, SecretKey.Random()));
        using var otherPlatform = SecretKey.Random();
        using var elsewhere = new RecordCipherPool(otherPlatform, null);

        Assert.Null(Open(otherDek, Slot, envelope));
        Assert.Null(Open(elsewhere, Slot, Seal(_oneLayer, Slot, [1, 2, 3])));
        Assert.Null(Open(_oneLayer, Slot, envelope));
        Assert.Null(Open(_twoLayers, Slot, Seal(_oneLayer, Slot, [1, 2, 3])));
    }

    [Fact]
    public void Two_bindings_never_have_the_same_associated_data() =>
        Gen.Select(Gen.String[Gen.Char['a', 'c'], 0, 4], Gen.Int[0, 3], Gen.Long[0, 3]).Array[2].Sample(pair =>
        {
            var bytes = pair.Select(one => Associated(new RecordBinding(Instance, RecordKind.EnrollmentGroup, one.Item1, one.Item2, one.Item3))).ToArray();
            Assert.Equal(pair[0] == pair[1], bytes[0].AsSpan().SequenceEqual(bytes[1]));
        }, iter: 2_000);

    [Fact]
    public void Nonces_do_not_repeat_and_leave_no_copy()
    {
        var source = new NonceSource();
        var seen = new HashSet<string>();
        Span<byte> nonce = stackalloc byte[NonceSource.Size];
        for (var i = 0; i < 20_000; i++)
        {
            source.Next(nonce);
            Assert.True(seen.Add(Convert.ToHexString(nonce)));
        }
    }

    [Fact]
    public void Two_threads_never_get_each_others_bytes() => Assert.Equal(0, CipherRuns.OverThePool(40_000));

    [Fact]
    public void The_same_two_threads_over_one_shared_cipher_do() => Assert.NotEqual(0, CipherRuns.OverOneCipher(40_000));

    [Fact]
    public void Types_that_hold_keys_print_their_name_only()
    {
        using var rental = _twoLayers.Rent();
        using var key = InstanceKey.Random(Instance);
        Assert.Equal(nameof(SecretKey), _platformKey.ToString());
        Assert.Equal(nameof(RecordCipher), rental.Cipher.ToString());
        Assert.Equal(nameof(InstanceKey), key.ToString());
        Assert.Equal(nameof(DataEncryptionKey), new DataEncryptionKey(1, SecretKey.Random()).ToString());
    }

    [Fact]
    public void A_disposed_key_is_gone()
    {
        var key = SecretKey.Random();
        var bytes = key.Bytes;
        key.Dispose();
        Assert.True(bytes.IndexOfAnyExcept((byte)0) < 0);
        Assert.Throws<ObjectDisposedException>(() => key.Bytes.Length);
    }

    [Fact]
    public void A_wrapped_dek_opens_only_for_its_instance_and_number()
    {
        using var key = InstanceKey.Random(Instance);
        using var dek = new DataEncryptionKey(7, SecretKey.Random());
        var wrapped = key.WrapDek(dek);
        using var same = new InstanceKey(Instance, new SecretKey(key.CopyBytes()));
        using var elsewhere = new InstanceKey(Guid.NewGuid(), new SecretKey(key.CopyBytes()));

        Assert.True(same.UnwrapDek(7, wrapped)!.Key.FixedTimeEquals(dek.Key));
        Assert.Null(same.UnwrapDek(8, wrapped));
        Assert.Null(elsewhere.UnwrapDek(7, wrapped));
        wrapped[^1] ^= 1;
        Assert.Null(same.UnwrapDek(7, wrapped));
        Assert.Null(same.UnwrapDek(7, wrapped.AsSpan(1)));
    }

    public void Dispose()
    {
        _twoLayers.Dispose();
        _oneLayer.Dispose();
        _platformKey.Dispose();
    }

    private static byte[] Associated(RecordBinding binding)
    {
        var bytes = new byte[RecordBinding.MaxSize];
        Assert.True(binding.TryWrite(1, 2, bytes, out var length));
        return bytes[..length];
    }

    private static byte[] Seal(RecordCipherPool pool, RecordBinding binding, byte[] content)
    {
        using var rental = pool.Rent();
        var envelope = new byte[content.Length + rental.Cipher.Overhead];
        rental.Cipher.Seal(binding, content, envelope);
        return envelope;
    }

    private static byte[]? Open(RecordCipherPool pool, RecordBinding binding, byte[] envelope)
    {
        using var rental = pool.Rent();
        var content = new byte[Math.Max(0, envelope.Length - rental.Cipher.Overhead)];
        return rental.Cipher.TryOpen(binding, envelope, content) ? content : null;
    }
}
