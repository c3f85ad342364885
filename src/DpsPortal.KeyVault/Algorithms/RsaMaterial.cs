using System.Buffers.Binary;
using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>An RSA key pair. One RSA object may serve many threads at a time (measured; AesGcm may not).</summary>
internal sealed class RsaMaterial : KeyMaterial
{
    private readonly Lazy<RSA> _opened;

    private RsaMaterial(byte[] modulus, byte[] exponent, byte[] sealedPrivateKey, Lazy<RSA> opened)
        : base(sealedPrivateKey)
    {
        Modulus = modulus;
        Exponent = exponent;
        _opened = opened;
    }

    public byte[] Modulus { get; }

    public byte[] Exponent { get; }

    public override int Size => Modulus.Length * 8;

    public override KeySpec Spec => new KeySpec.Rsa(Size, ToNumber(Exponent));

    public RSA Rsa => _opened.Value;

    /// <param name="key">A private key; the material takes it over.</param>
    public static RsaMaterial Take(RSA key, string keyType, KeySlot slot, MasterKey masterKey)
    {
        var parts = key.ExportParameters(includePrivateParameters: false);
        return new RsaMaterial(parts.Modulus!, parts.Exponent!, SealPkcs8(key, masterKey, slot.For(keyType)), new Lazy<RSA>(key));
    }

    public static new RsaMaterial FromRow(KeyVersionRow row, KeySlot slot, MasterKey masterKey) => new(
        row.Modulus!, row.Exponent!, row.SealedPrivateKey,
        new Lazy<RSA>(() => OpenPkcs8(RSA.Create(), row.SealedPrivateKey, masterKey, slot.For(row.KeyType))));

    public override void CopyPublicPartTo(KeyVersionRow row)
    {
        row.Modulus = Modulus;
        row.Exponent = Exponent;
    }

    protected override void Close()
    {
        if (_opened.IsValueCreated)
        {
            _opened.Value.Dispose();
        }
    }

    /// <summary>An import with a longer exponent is refused.</summary>
    private static int ToNumber(byte[] exponent)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        exponent.CopyTo(number[^exponent.Length..]);
        return BinaryPrimitives.ReadInt32BigEndian(number);
    }
}
