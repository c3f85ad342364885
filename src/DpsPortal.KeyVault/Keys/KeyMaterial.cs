using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Keys;

/// <summary>
/// The key of one version: its public part in clear, its private part sealed until it is first used, then opened once and kept.
/// Holds secret bytes: prints only its type name.
/// </summary>
internal abstract class KeyMaterial(byte[] sealedPrivateKey) : IDisposable
{
    /// <summary>Sealed under the master key for the slot and type of its version.</summary>
    public byte[] SealedPrivateKey => sealedPrivateKey;

    public abstract KeySpec Spec { get; }

    /// <summary>Writes the public part; the sealed private part goes with every kind alike.</summary>
    public abstract void CopyPublicPartTo(KeyVersionRow row);

    public abstract void Dispose();

    public sealed override string ToString() => GetType().Name;

    public static KeyMaterial FromRow(KeyVersionRow row, KeySlot slot, MasterKey masterKey) => row.KeyType switch
    {
        KeyTypes.Rsa or KeyTypes.RsaHsm => RsaMaterial.FromRow(row, slot, masterKey),
        KeyTypes.Ec or KeyTypes.EcHsm => EcMaterial.FromRow(row, slot, masterKey),
        _ => OctMaterial.FromRow(row, slot, masterKey),
    };

    protected static byte[] SealPkcs8(AsymmetricAlgorithm key, MasterKey masterKey, string[] slot)
    {
        var pkcs8 = key.ExportPkcs8PrivateKey();
        try
        {
            return masterKey.Seal(pkcs8, slot);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    protected static T OpenPkcs8<T>(T key, byte[] sealedPrivateKey, MasterKey masterKey, string[] slot)
        where T : AsymmetricAlgorithm
    {
        var pkcs8 = masterKey.Open(sealedPrivateKey, slot);
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
