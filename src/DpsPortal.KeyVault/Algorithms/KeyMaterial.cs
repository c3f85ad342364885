using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>
/// The key of one version: its public part in clear, its private part sealed until it is first used, then opened once and kept.
/// Holds secret bytes: prints only its type name.
/// </summary>
internal abstract class KeyMaterial(byte[] sealedPrivateKey) : IDisposable
{
    // The owner's own use is the first one.
    private int _uses = 1;

    /// <summary>Sealed under the master key for the slot and type of its version.</summary>
    public byte[] SealedPrivateKey => sealedPrivateKey;

    public abstract KeySpec Spec { get; }

    /// <summary>In bits.</summary>
    public abstract int Size { get; }

    /// <summary>Writes the public part; the sealed private part goes with every kind alike.</summary>
    public abstract void CopyPublicPartTo(KeyVersionRow row);

    /// <summary>
    /// Keeps the key open until the matching <see cref="EndUse"/>, also while it is being purged: whoever ends the last use closes it.
    /// </summary>
    /// <returns>False where it is closed already: the key is gone.</returns>
    public bool TryBeginUse()
    {
        for (var uses = Volatile.Read(ref _uses); uses > 0;)
        {
            var before = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (before == uses)
            {
                return true;
            }

            uses = before;
        }

        return false;
    }

    public void EndUse()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            Close();
        }
    }

    /// <summary>Ends the owner's use; once.</summary>
    public void Dispose() => EndUse();

    /// <summary>Clears or disposes what was opened.</summary>
    protected abstract void Close();

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
