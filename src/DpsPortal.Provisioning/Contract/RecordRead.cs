namespace DpsPortal.Provisioning.Contract;

/// <summary>What came of reading one record.</summary>
public abstract record RecordRead<T>
{
    private RecordRead() { }

    public sealed record Found(T Content, RecordSummary Summary) : RecordRead<T>;

    public sealed record NotFound : RecordRead<T>;

    /// <summary>The instance has no access to its key; nothing was decrypted.</summary>
    public sealed record Rejected(RejectedOperation Read) : RecordRead<T>;

    /// <summary>The stored bytes are not what was written for this record. Never a sign of a revoke; nothing is returned.</summary>
    public sealed record Corrupt(RecordKind Kind, string Id) : RecordRead<T>;
}
