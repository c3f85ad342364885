using System.Security.Cryptography;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// The Microsoft-managed key of the outer layer, simulated by a file of 32 random bytes apart from the database. Each
/// instance gets a key of its own from it by HKDF (RFC 5869).
/// </summary>
internal sealed class PlatformKey : IDisposable
{
    private readonly SecretKey _key;

    private PlatformKey(SecretKey key) => _key = key;

    /// <summary>Recognises the key without telling anything about it.</summary>
    public byte[] Fingerprint()
    {
        using var derived = _key.Derive("dps platform key fingerprint 1"u8);
        return SHA256.HashData(derived.Bytes);
    }

    public SecretKey ForInstance(Guid instance)
    {
        Span<byte> info = stackalloc byte[20 + 16];
        "dps platform layer 1"u8.CopyTo(info);
        instance.TryWriteBytes(info[20..], bigEndian: true, out _);
        return _key.Derive(info);
    }

    /// <exception cref="ProvisioningStartRefusedException">The file is missing although data exists, has a wrong size, or others may read it.</exception>
    public static PlatformKey LoadOrCreate(string path, bool mayCreate)
    {
        var folder = ProtectedFolder.Open(Path.GetDirectoryName(path)!);
        var file = Path.GetFileName(path);
        if (!folder.Has(file))
        {
            if (!mayCreate)
            {
                throw new ProvisioningStartRefusedException(
                    $"The platform key '{path}' is missing, but the database beside it holds data that needs it. Put the key file back.");
            }

            using var key = SecretKey.Random();
            folder.Write(file, key.Bytes);
        }

        var bytes = folder.Read(file)!;
        try
        {
            return bytes.Length == SecretKey.Size
                ? new PlatformKey(new SecretKey(bytes))
                : throw new ProvisioningStartRefusedException(
                    $"The platform key '{path}' has {bytes.Length} bytes instead of {SecretKey.Size}. Put the right file back.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public void Dispose() => _key.Dispose();

    public override string ToString() => nameof(PlatformKey);
}
