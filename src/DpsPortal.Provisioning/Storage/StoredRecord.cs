using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Storage;

/// <summary>A record as it is stored: the columns in clear and the envelope.</summary>
internal sealed record StoredRecord(
    RecordKind Kind,
    string Id,
    string? GroupId,
    string Status,
    long Revision,
    long CreatedAt,
    long UpdatedAt,
    int Dek,
    byte[] Envelope)
{
    /// <summary>Of a record on a damaged page of the file: only what an index says of it. It does not open under any key.</summary>
    public static StoredRecord Unreadable(RecordKind kind, string id, int dek = 0) => new(kind, id, null, RecordSummary.UnreadableStatus, 0, 0, 0, dek, []);

    public RecordSummary Summary => new(
        Kind,
        Id,
        GroupId,
        Status,
        ETags.From(Revision),
        new DateTimeOffset(CreatedAt, TimeSpan.Zero),
        new DateTimeOffset(UpdatedAt, TimeSpan.Zero));

    public RecordBinding Binding(Guid instance) => new(instance, Kind, Id, Dek, Revision);
}
