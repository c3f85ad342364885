using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Verification;

/// <summary>A reading of every record, kept.</summary>
/// <param name="Sequence">Order in which readings began.</param>
/// <param name="Comparison">With the last reading before that met no rejection; <see langword="null"/> where there is none, or where this
/// one read nothing.</param>
public sealed record VerificationRun(
    long Sequence, string Instance, Person By, DateTimeOffset StartedAt, RecordVerification Read, RecordComparison? Comparison);
