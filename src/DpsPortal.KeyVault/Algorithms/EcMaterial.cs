using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>A key pair on an elliptic curve. One ECDsa object may serve many threads at a time (measured).</summary>
internal sealed class EcMaterial : KeyMaterial
{
    private readonly Lazy<ECDsa> _opened;

    private EcMaterial(EcCurve curve, byte[] x, byte[] y, byte[] sealedPrivateKey, Lazy<ECDsa> opened)
        : base(sealedPrivateKey)
    {
        Curve = curve;
        X = x;
        Y = y;
        _opened = opened;
    }

    public EcCurve Curve { get; }

    /// <summary>In full width, as <see cref="Y"/>.</summary>
    public byte[] X { get; }

    public byte[] Y { get; }

    public override int Size => Curve.Size;

    public override KeySpec Spec => new KeySpec.Ec(Curve);

    public ECDsa EcDsa => _opened.Value;

    /// <param name="key">A private key on the curve; the material takes it over.</param>
    public static EcMaterial Take(ECDsa key, EcCurve curve, string keyType, KeySlot slot, MasterKey masterKey)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new EcMaterial(curve, point.X!, point.Y!, SealPkcs8(key, masterKey, slot.For(keyType)), new Lazy<ECDsa>(key));
    }

    public static new EcMaterial FromRow(KeyVersionRow row, KeySlot slot, MasterKey masterKey) => new(
        EcCurve.Find(row.Curve!)!, row.X!, row.Y!, row.SealedPrivateKey,
        new Lazy<ECDsa>(() => OpenPkcs8(ECDsa.Create(), row.SealedPrivateKey, masterKey, slot.For(row.KeyType))));

    public override void CopyPublicPartTo(KeyVersionRow row)
    {
        row.Curve = Curve.Name;
        row.X = X;
        row.Y = Y;
    }

    protected override void Close()
    {
        if (_opened.IsValueCreated)
        {
            _opened.Value.Dispose();
        }
    }
}
