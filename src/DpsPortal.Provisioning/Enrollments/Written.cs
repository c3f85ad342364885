using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>An enrollment as it was stored, its keys included: for who may have them, which is then on record.</summary>
internal sealed record Written<T>(T Content, RecordSummary Summary)
{
    /// <summary>Keys never reach a log by accident.</summary>
    public override string ToString() => nameof(Written<>);
}
