using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault.Hosting;

namespace DpsPortal.KeyVault.Storage;

/// <summary>
/// The key that seals private key material at rest. NIST SP 800-38D: AES-256-GCM, random 96-bit nonce, 128-bit tag; far
/// below 2^32 seals in the life of a vault. Sealed form: version (1) ‖ nonce ‖ tag ‖ ciphertext.
/// Holds secret bytes: prints only its type name and clears them when disposed.
/// </summary>
internal sealed class MasterKey : IDisposable
{
    private const string File = "master.key";
    private const byte FormatVersion = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = 1 + NonceSize + TagSize;
    private readonly byte[] _key;

    private MasterKey(byte[] key) => _key = key;

    /// <summary>Reads the key. It is made only for a database that does not exist yet: a new key would orphan every stored one.</summary>
    public static MasterKey Open(ProtectedFolder folder, bool databaseExists)
    {
        if (folder.Read(File) is not { } key)
        {
            if (databaseExists)
            {
                throw new InvalidOperationException(
                    $"The vault's database exists but its master key {folder.PathOf(File)} does not. Put the key back; nothing in the vault can be opened without it.");
            }
            key = RandomNumberGenerator.GetBytes(32);
            folder.Write(File, key);
        }
        return key.Length == 32
            ? new MasterKey(key)
            : throw new InvalidOperationException($"The master key {folder.PathOf(File)} must have 32 bytes; it has {key.Length}.");
    }

    /// <param name="slot">Where the value belongs. It opens nowhere else.</param>
    public byte[] Seal(ReadOnlySpan<byte> value, params ReadOnlySpan<string> slot)
    {
        var output = new byte[HeaderSize + value.Length];
        output[0] = FormatVersion;
        var nonce = output.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        // One object per call: an AesGcm shared by two threads silently corrupts data.
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(nonce, value, output.AsSpan(HeaderSize), output.AsSpan(1 + NonceSize, TagSize), AssociatedData(slot));
        return output;
    }

    /// <exception cref="CryptographicException">Another key, another slot, or changed bytes.</exception>
    public byte[] Open(ReadOnlySpan<byte> value, params ReadOnlySpan<string> slot)
    {
        if (value.Length < HeaderSize || value[0] != FormatVersion)
        {
            throw new CryptographicException("Not a sealed value of this vault.");
        }
        var output = new byte[value.Length - HeaderSize];
        using var aes = new AesGcm(_key, TagSize);
        aes.Decrypt(value.Slice(1, NonceSize), value[HeaderSize..], value.Slice(1 + NonceSize, TagSize), output, AssociatedData(slot));
        return output;
    }

    /// <summary>Each part is preceded by its length, so that no two slots have the same bytes.</summary>
    private static byte[] AssociatedData(ReadOnlySpan<string> slot)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        foreach (var part in slot)
        {
            writer.Write(part);
        }
        writer.Flush();
        return bytes.ToArray();
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    public override string ToString() => nameof(MasterKey);
}
