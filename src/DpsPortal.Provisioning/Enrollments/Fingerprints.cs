using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>
/// Recognises what is stored of a record, without saying anything of it: HMAC-SHA-256, of which 128 bits are kept, over its columns in
/// clear and its content. The columns are in it because no encryption binds them. DEK and revision are not: a record that is
/// encrypted anew is the same.
/// </summary>
internal sealed class Fingerprints : IDisposable
{
    private IncrementalHash? _mac;

    public UInt128 Of(in RecordSession session, StoredRecord record, ReadOnlySpan<byte> content)
    {
        var mac = _mac ??= Keyed(session);
        Span<byte> numbers = stackalloc byte[1 + sizeof(long) + sizeof(long)];
        numbers[0] = (byte)record.Kind;
        BinaryPrimitives.WriteInt64BigEndian(numbers[1..], record.CreatedAt);
        BinaryPrimitives.WriteInt64BigEndian(numbers[9..], record.UpdatedAt);
        mac.AppendData(numbers);
        Append(mac, record.Id);
        Append(mac, record.GroupId ?? "");
        Append(mac, record.Status);
        mac.AppendData(content);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        mac.GetHashAndReset(whole);
        return BinaryPrimitives.ReadUInt128BigEndian(whole);
    }

    /// <summary>Lets go of the key; the next session gives it again.</summary>
    public void Forget()
    {
        _mac?.Dispose();
        _mac = null;
    }

    public void Dispose() => Forget();

    private static IncrementalHash Keyed(in RecordSession session)
    {
        using var key = session.NewFingerprintKey();
        return IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Bytes);
    }

    /// <summary>With its length, so that no two records have the same bytes.</summary>
    private static void Append(IncrementalHash mac, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        mac.AppendData(length);
        mac.AppendData(bytes);
    }
}
