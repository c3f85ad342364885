using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>
/// A symmetric key. It hands out new cipher objects and shares none: an AesGcm used by two threads at a time silently
/// corrupts data.
/// </summary>
internal sealed class OctMaterial : KeyMaterial
{
    private readonly Lazy<byte[]> _opened;

    private OctMaterial(int size, byte[] sealedPrivateKey, Lazy<byte[]> opened)
        : base(sealedPrivateKey)
    {
        Size = size;
        _opened = opened;
    }

    public override int Size { get; }

    public override KeySpec Spec => new KeySpec.Oct(Size);

    /// <param name="key">The material takes it over and clears it when disposed.</param>
    public static OctMaterial Take(byte[] key, string keyType, KeySlot slot, MasterKey masterKey) =>
        new(key.Length * 8, masterKey.Seal(key, slot.For(keyType)), new Lazy<byte[]>(key));

    public static new OctMaterial FromRow(KeyVersionRow row, KeySlot slot, MasterKey masterKey) =>
        new(row.Size, row.SealedPrivateKey, new Lazy<byte[]>(() => masterKey.Open(row.SealedPrivateKey, slot.For(row.KeyType))));

    /// <summary>The caller's own object.</summary>
    public Aes CreateAes()
    {
        var aes = Aes.Create();
        aes.Key = _opened.Value;
        return aes;
    }

    /// <summary>The caller's own object.</summary>
    public AesGcm CreateAesGcm(int tagSize) => new(_opened.Value, tagSize);

    public byte[] Hmac(HashAlgorithmName hash, byte[] value) => CryptographicOperations.HmacData(hash, _opened.Value, value);

    /// <summary>A symmetric key has no public part.</summary>
    public override void CopyPublicPartTo(KeyVersionRow row)
    {
    }

    protected override void Close()
    {
        if (_opened.IsValueCreated)
        {
            CryptographicOperations.ZeroMemory(_opened.Value);
        }
    }
}
