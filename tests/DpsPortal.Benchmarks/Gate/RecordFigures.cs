using System.Security.Cryptography;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// A 1 KiB record through both layers, beside the same two primitives on the same bytes. The limit does nothing else: fixed
/// nonces, no associated data, no envelope, no key commitment, no pool.
/// </summary>
internal abstract class RecordFigure : GateFigure
{
    private const int RecordSize = 1024;

    public override bool Passes(double ratio) => ratio >= Least;

    public override string Target => FormattableString.Invariant($"≥ {Least:0.00}");

    protected abstract double Least { get; }

    protected abstract Measured Measure(Layers layers);

    public override Task<Measured> MeasureAsync()
    {
        using var layers = new Layers(RandomNumberGenerator.GetBytes(RecordSize));
        return Task.FromResult(Measure(layers));
    }

    /// <summary>Ours and the limit over one set of buffers.</summary>
    protected sealed class Layers : IDisposable
    {
        private readonly AesGcm _inner = new(RandomNumberGenerator.GetBytes(32), 16);
        private readonly ChaCha20Poly1305 _outer = new(RandomNumberGenerator.GetBytes(32));
        private readonly byte[] _nonce = new byte[12];
        private readonly byte[] _innerTag = new byte[16];
        private readonly byte[] _outerTag = new byte[16];
        private readonly SecretKey _platformKey = SecretKey.Random();
        private readonly RecordCipherPool _pool;
        private readonly RecordBinding _binding = new(Guid.NewGuid(), RecordKind.IndividualEnrollment, "device-0001", 1, 7);
        private readonly byte[] _content;
        private readonly byte[] _envelope;
        private readonly byte[] _opened;
        private readonly byte[] _bare;
        private readonly byte[] _bareOpened;
        private readonly int _bodySize;

        public Layers(byte[] content)
        {
            _content = content;
            _pool = new RecordCipherPool(_platformKey, new DataEncryptionKey(1, SecretKey.Random()));
            using var rental = _pool.Rent();
            _envelope = new byte[content.Length + rental.Cipher.Overhead];
            _opened = new byte[content.Length];
            rental.Cipher.Seal(_binding, content, _envelope);

            // The outer layer's plaintext is the inner envelope: the same bytes for the bare primitives.
            _bodySize = _envelope.Length - Envelope.Body;
            _bare = new byte[_bodySize];
            _bareOpened = new byte[_bodySize];
            BareEncrypt();
        }

        /// <summary>What is encrypted.</summary>
        public byte[] Content => _content;

        public void Encrypt()
        {
            using var rental = _pool.Rent();
            rental.Cipher.Seal(_binding, _content, _envelope);
        }

        public void Decrypt()
        {
            using var rental = _pool.Rent();
            if (!rental.Cipher.TryOpen(_binding, _envelope, _opened))
            {
                throw new InvalidOperationException("The record did not open.");
            }
        }

        public void BareEncrypt()
        {
            _inner.Encrypt(_nonce, _content, _bare.AsSpan(_bodySize - _content.Length), _innerTag);
            _outer.Encrypt(_nonce, _bare, _bare, _outerTag);
        }

        public void BareDecrypt()
        {
            _outer.Decrypt(_nonce, _bare, _outerTag, _bareOpened);
            _inner.Decrypt(_nonce, _bareOpened.AsSpan(_bodySize - _content.Length), _innerTag, _opened);
        }

        public void Dispose()
        {
            _inner.Dispose();
            _outer.Dispose();
            _pool.Dispose();
            _platformKey.Dispose();
        }
    }
}

internal sealed class RecordEncryption : RecordFigure
{
    public override string Name => "record-encrypt";

    protected override double Least => 0.85;

    protected override Measured Measure(Layers layers) => Pairs.Throughput(layers.Encrypt, layers.BareEncrypt);
}

internal sealed class RecordDecryption : RecordFigure
{
    public override string Name => "record-decrypt";

    protected override double Least => 0.90;

    // Nothing is encrypted while it runs, so that what the bare primitives decrypt stays valid.
    protected override Measured Measure(Layers layers) => Pairs.Throughput(layers.Decrypt, layers.BareDecrypt);
}
