namespace DpsPortal.Provisioning.Contract;

/// <summary>What came of one record in a verification.</summary>
public enum RecordReadingResult
{
    Read = 1,
    Rejected = 2,
    Corrupt = 3,
}
