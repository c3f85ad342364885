using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// The one slot in which a ciphertext is valid. It is the associated data of the innermost layer, so bytes moved to another
/// instance, kind, record, DEK or revision do not open. The KEK version is left out: a rotation would have to rewrite them.
/// </summary>
/// <param name="Instance">Binding id of the instance.</param>
/// <param name="Dek">Number of the DEK within the instance; 0 where the platform layer is the only one.</param>
/// <param name="Revision">Revision under which the record was written.</param>
internal readonly record struct RecordBinding(Guid Instance, RecordKind Kind, string RecordId, int Dek, long Revision)
{
    private const int InstanceAt = 3;
    private const int KindAt = InstanceAt + 16 + 1;
    private const int DekAt = KindAt + 1 + 1;
    private const int RevisionAt = DekAt + sizeof(int) + 1;
    private const int IdAt = RevisionAt + sizeof(long) + 1;

    public const int MaxSize = IdAt + Contract.RecordId.Longest;

    /// <summary>
    /// Writes the fields, each preceded by its length, so that no two slots share an encoding. False for an id that is too
    /// long or not ASCII: no valid record has one, only an altered database.
    /// </summary>
    /// <param name="destination">Exactly <see cref="MaxSize"/> bytes.</param>
    public bool TryWrite(byte format, byte layers, Span<byte> destination, out int written)
    {
        // Highest index first: one bounds check then covers the others.
        BinaryPrimitives.WriteInt64LittleEndian(destination[RevisionAt..], Revision);
        destination[RevisionAt - 1] = sizeof(long);
        BinaryPrimitives.WriteInt32LittleEndian(destination[DekAt..], Dek);
        destination[DekAt - 1] = sizeof(int);
        destination[KindAt] = (byte)Kind;
        destination[KindAt - 1] = 1;
        Instance.TryWriteBytes(destination[InstanceAt..]);
        destination[InstanceAt - 1] = 16;
        destination[1] = layers;
        destination[0] = format;

        var status = Ascii.FromUtf16(RecordId, destination[IdAt..], out var length);
        destination[IdAt - 1] = (byte)length;
        written = IdAt + length;
        return status == OperationStatus.Done;
    }
}
