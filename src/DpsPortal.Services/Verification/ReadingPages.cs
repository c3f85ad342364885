using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Verification;

/// <summary>How the records of a reading are stored: many to a row, 28 bytes and the id for each.</summary>
internal static class ReadingPages
{
    private const int Fixed = 1 + 1 + sizeof(long) + 16 + sizeof(ushort);

    public static byte[] Write(IReadOnlyCollection<RecordReading> readings)
    {
        var page = new ArrayBufferWriter<byte>(64 + (readings.Count * 64));
        foreach (var reading in readings)
        {
            var length = Encoding.UTF8.GetByteCount(reading.Id);
            var bytes = page.GetSpan(Fixed + length);
            bytes[0] = (byte)reading.Kind;
            bytes[1] = (byte)reading.Result;
            BinaryPrimitives.WriteInt64BigEndian(bytes[2..], reading.Revision);
            BinaryPrimitives.WriteUInt128BigEndian(bytes[10..], reading.Fingerprint);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[26..], checked((ushort)length));
            Encoding.UTF8.GetBytes(reading.Id, bytes[Fixed..]);
            page.Advance(Fixed + length);
        }

        return page.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The page is damaged.</exception>
    public static List<RecordReading> Read(ReadOnlySpan<byte> page)
    {
        var readings = new List<RecordReading>();
        while (page.Length > 0)
        {
            var length = page.Length < Fixed ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(page[26..]);
            if (length > page.Length - Fixed)
            {
                throw new FormatException("A stored page of a reading ends in the middle of a record.");
            }

            readings.Add(new RecordReading(
                (RecordKind)page[0],
                Encoding.UTF8.GetString(page.Slice(Fixed, length)),
                BinaryPrimitives.ReadInt64BigEndian(page[2..]),
                (RecordReadingResult)page[1],
                BinaryPrimitives.ReadUInt128BigEndian(page[10..])));
            page = page[(Fixed + length)..];
        }

        return readings;
    }
}
