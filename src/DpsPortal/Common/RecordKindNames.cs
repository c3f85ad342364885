using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Common;

/// <summary>Kinds of record as addresses name them.</summary>
internal static class RecordKindNames
{
    private static readonly Dictionary<RecordKind, string> Names = new()
    {
        [RecordKind.EnrollmentGroup] = "groups",
        [RecordKind.IndividualEnrollment] = "individuals",
        [RecordKind.RegistrationRecord] = "registrations",
    };

    public static string Of(RecordKind kind) => Names[kind];

    /// <returns>Enrollment groups for a name that is none.</returns>
    public static RecordKind Parse(string? name) =>
        Names.FirstOrDefault(pair => pair.Value == name) is { Value: not null } known ? known.Key : RecordKind.EnrollmentGroup;
}
