using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 3394, section 2.2, in the form that indexes registers; .NET has only the padded variant of RFC 5649.</summary>
internal static class AesKeyWrap
{
    public const int Semiblock = 8;
    private const int Rounds = 6;

    /// <summary>RFC 3394, section 2.2.3.1.</summary>
    private static ReadOnlySpan<byte> InitialValue => [0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6];

    /// <param name="key">A multiple of 8 bytes, at least 16.</param>
    public static byte[] Wrap(Aes aes, ReadOnlySpan<byte> key)
    {
        var registers = new byte[Semiblock + key.Length];
        InitialValue.CopyTo(registers);
        key.CopyTo(registers.AsSpan(Semiblock));
        using var encryptor = Transform(aes, encrypting: true);
        var block = new byte[2 * Semiblock];
        var count = key.Length / Semiblock;
        for (var step = 1; step <= Rounds * count; step++)
        {
            var register = registers.AsSpan(Semiblock * (1 + (step - 1) % count), Semiblock);
            registers.AsSpan(0, Semiblock).CopyTo(block);
            register.CopyTo(block.AsSpan(Semiblock));
            encryptor.TransformBlock(block, 0, block.Length, block, 0);
            XorStep(block, step);
            block.AsSpan(0, Semiblock).CopyTo(registers);
            block.AsSpan(Semiblock).CopyTo(register);
        }

        CryptographicOperations.ZeroMemory(block);
        return registers;
    }

    /// <param name="wrapped">A multiple of 8 bytes, at least 24.</param>
    /// <returns>The key, or null where the value was not made with this key.</returns>
    public static byte[]? Unwrap(Aes aes, ReadOnlySpan<byte> wrapped)
    {
        var registers = wrapped.ToArray();
        using var decryptor = Transform(aes, encrypting: false);
        var block = new byte[2 * Semiblock];
        var count = wrapped.Length / Semiblock - 1;
        for (var step = Rounds * count; step >= 1; step--)
        {
            var register = registers.AsSpan(Semiblock * (1 + (step - 1) % count), Semiblock);
            registers.AsSpan(0, Semiblock).CopyTo(block);
            register.CopyTo(block.AsSpan(Semiblock));
            XorStep(block, step);
            decryptor.TransformBlock(block, 0, block.Length, block, 0);
            block.AsSpan(0, Semiblock).CopyTo(registers);
            block.AsSpan(Semiblock).CopyTo(register);
        }

        var isIntact = CryptographicOperations.FixedTimeEquals(registers.AsSpan(0, Semiblock), InitialValue);
        var key = isIntact ? registers[Semiblock..] : null;
        CryptographicOperations.ZeroMemory(registers);
        CryptographicOperations.ZeroMemory(block);
        return key;
    }

    private static void XorStep(byte[] block, int step)
    {
        var first = block.AsSpan(0, Semiblock);
        BinaryPrimitives.WriteUInt64BigEndian(first, BinaryPrimitives.ReadUInt64BigEndian(first) ^ (ulong)step);
    }

    /// <summary>One transform for all steps of a wrap: a block at a time, each by itself.</summary>
    private static ICryptoTransform Transform(Aes aes, bool encrypting)
    {
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;
        return encrypting ? aes.CreateEncryptor() : aes.CreateDecryptor();
    }
}
