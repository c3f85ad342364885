using System.Security.Cryptography;
using System.Text;

namespace DpsPortal.KeyVault.Storage;

/// <summary>
/// The key that seals private key material at rest. NIST SP 800-38D: AES-256-GCM, random 96-bit nonce, 128-bit tag; far
/// below 2^32 seals in the life of a vault. Sealed form: version (1) ‖ nonce ‖ tag ‖ ciphertext.
/// Holds secret bytes: prints only its type name and clears them when disposed.
/// </summary>
internal sealed class MasterKey : IDisposable
{
    private const string File = "master.key";
    private const string NextFile = "master.key.next";
    private const int Size = 32;
    private const byte FormatVersion = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = 1 + NonceSize + TagSize;
    private readonly byte[] _key;

    private MasterKey(byte[] key) => _key = key;

    /// <summary>Where the key lies, if there is one: then there has been a database, which is made before it.</summary>
    public static string? FoundIn(ProtectedFolder folder) => folder.Has(File) ? $"'{folder.PathOf(File)}'" : null;

    /// <summary>Reads the key. It is made only for a database in which nothing is sealed yet: a new key would orphan every stored one.</summary>
    public static MasterKey Open(ProtectedFolder folder, bool databaseExists)
    {
        if (Read(folder, File) is { } stored)
        {
            return stored;
        }

        if (databaseExists)
        {
            throw new VaultStartRefusedException(
                $"The vault's database exists but its master key {folder.PathOf(File)} does not. Put the key back; nothing in the vault can be opened " +
                "without it.");
        }

        return Make(folder, File);
    }

    /// <summary>Makes the key that shall take over, in a file beside the present one, where it is durable before anything is sealed under it.</summary>
    public static MasterKey MakeNext(ProtectedFolder folder) => Make(folder, NextFile);

    /// <summary>The key that has sealed everything takes the place of the one before, which is gone with that.</summary>
    public static void PromoteNext(ProtectedFolder folder) => folder.Move(NextFile, File);

    /// <summary>
    /// Ends a rotation that was cut short. The database says which of two files it belongs to: its check value and its keys
    /// change in one transaction.
    /// </summary>
    /// <param name="check">The check value of the database, or null where there is none.</param>
    public static void SettleRotation(ProtectedFolder folder, Func<byte[]?> check, params ReadOnlySpan<string> slot)
    {
        using var next = Read(folder, NextFile);
        if (next is null)
        {
            return;
        }

        using var present = Read(folder, File);
        var value = check();
        if (next.Opens(value, slot))
        {
            PromoteNext(folder);
        }
        else if (present?.Opens(value, slot) ?? false)
        {
            folder.Delete(NextFile);
        }
        else
        {
            throw new VaultStartRefusedException(
                $"Neither {folder.PathOf(File)} nor {folder.PathOf(NextFile)} belongs to this vault's database. Put the right one back; nothing has " +
                "been changed.");
        }
    }

    private bool Opens(byte[]? value, ReadOnlySpan<string> slot)
    {
        try
        {
            return value is not null && Open(value, slot) is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static MasterKey? Read(ProtectedFolder folder, string file) => folder.Read(file) switch
    {
        null => null,
        { Length: Size } key => new MasterKey(key),
        var key => throw new VaultStartRefusedException($"The master key {folder.PathOf(file)} must have {Size} bytes; it has {key.Length}."),
    };

    private static MasterKey Make(ProtectedFolder folder, string file)
    {
        var key = RandomNumberGenerator.GetBytes(Size);
        folder.Write(file, key);
        return new MasterKey(key);
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
