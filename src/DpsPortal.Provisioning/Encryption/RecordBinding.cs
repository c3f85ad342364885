using System.Buffers.Binary;
using System.Text;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// The one slot in which a ciphertext is valid. It is the associated data of both layers, so bytes moved to another
/// instance, kind, record, DEK or revision do not open. The KEK version is left out: a rotation would have to rewrite them.
/// </summary>
/// <param name="Instance">Binding id of the instance.</param>
/// <param name="Dek">Number of the DEK within the instance; 0 where the platform layer is the only one.</param>
/// <param name="Revision">Revision under which the record was written.</param>
internal readonly record struct RecordBinding(Guid Instance, RecordKind Kind, string RecordId, int Dek, long Revision)
{
    public const int MaxIdSize = 128;
    public const int MaxSize = 2 + 2 + 16 + 2 + 1 + 2 + MaxIdSize + 2 + 4 + 2 + 8;

    /// <summary>False for an id that no valid record has, which only an altered database can hold.</summary>
    public bool IsPossible => Encoding.UTF8.GetByteCount(RecordId) <= MaxIdSize;

    /// <summary>Writes the fields, each preceded by its length, so that no two slots share an encoding.</summary>
    /// <returns>The number of bytes written.</returns>
    public int Write(byte format, byte layers, Span<byte> destination)
    {
        destination[0] = format;
        destination[1] = layers;
        var at = 2;

        Prefix(destination, ref at, 16);
        Instance.TryWriteBytes(destination[at..], bigEndian: true, out _);
        at += 16;

        Prefix(destination, ref at, 1);
        destination[at++] = (byte)Kind;

        var length = Encoding.UTF8.GetByteCount(RecordId);
        Prefix(destination, ref at, length);
        at += Encoding.UTF8.GetBytes(RecordId, destination[at..]);

        Prefix(destination, ref at, sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(destination[at..], Dek);
        at += sizeof(int);

        Prefix(destination, ref at, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(destination[at..], Revision);
        return at + sizeof(long);
    }

    private static void Prefix(Span<byte> destination, ref int at, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)length);
        at += sizeof(ushort);
    }
}
