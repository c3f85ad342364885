using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Enrollments;

/// <param name="Corrupt">Ids of the records in its range that do not open; they are not among the others.</param>
/// <param name="Last">Id after which the next page begins; <see langword="null"/> on the last page.</param>
internal sealed record ContentPage<T>(IReadOnlyList<RecordRead<T>.Found> Records, IReadOnlyList<string> Corrupt, string? Last);
