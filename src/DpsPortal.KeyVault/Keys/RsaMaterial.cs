using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Keys;

/// <summary>
/// An RSA key pair: the public part in clear, the private part sealed until it is first used, then imported once and kept.
/// One RSA object may serve many threads at a time (measured; AesGcm may not).
/// Holds secret bytes: prints only its type name.
/// </summary>
internal sealed class RsaMaterial : IDisposable
{
    private readonly Lazy<RSA> _opened;

    private RsaMaterial(byte[] modulus, byte[] exponent, byte[] sealedPrivateKey, Func<RSA> open)
    {
        Modulus = modulus;
        Exponent = exponent;
        SealedPrivateKey = sealedPrivateKey;
        _opened = new Lazy<RSA>(open);
    }

    public byte[] Modulus { get; }

    public byte[] Exponent { get; }

    public byte[] SealedPrivateKey { get; }

    public int Size => Modulus.Length * 8;

    public RSA Rsa => _opened.Value;

    /// <summary>Makes a new pair; 0.1 to several seconds of work.</summary>
    public static RsaMaterial Generate(int size, MasterKey masterKey, string vault, string name, string version)
    {
        var rsa = RSA.Create(size);
        var pkcs8 = rsa.ExportPkcs8PrivateKey();
        try
        {
            var parts = rsa.ExportParameters(includePrivateParameters: false);
            return new RsaMaterial(parts.Modulus!, parts.Exponent!, masterKey.Seal(pkcs8, Slot(vault, name, version)), () => rsa);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    public static RsaMaterial FromStore(byte[] modulus, byte[] exponent, byte[] sealedPrivateKey, MasterKey masterKey, string vault, string name, string version) =>
        new(modulus, exponent, sealedPrivateKey, () => Import(sealedPrivateKey, masterKey, Slot(vault, name, version)));

    public void Dispose()
    {
        if (_opened.IsValueCreated)
        {
            _opened.Value.Dispose();
        }
    }

    public override string ToString() => nameof(RsaMaterial);

    private static RSA Import(byte[] sealedPrivateKey, MasterKey masterKey, string[] slot)
    {
        var pkcs8 = masterKey.Open(sealedPrivateKey, slot);
        try
        {
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
            return rsa;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Names compare without case, so the slot must not depend on it.</summary>
    private static string[] Slot(string vault, string name, string version) =>
        ["rsa-private-key", vault.ToLowerInvariant(), name.ToLowerInvariant(), version];
}
