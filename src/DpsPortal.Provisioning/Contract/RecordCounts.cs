namespace DpsPortal.Provisioning.Contract;

public sealed record RecordCounts(long EnrollmentGroups, long IndividualEnrollments, long Registrations)
{
    public long Total => EnrollmentGroups + IndividualEnrollments + Registrations;
}
