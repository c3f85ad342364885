using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Impact;

/// <summary>What the fates of instances mean operation by operation, with the codes by which DPS answers. Pure.</summary>
internal static class OperationEffects
{
    /// <param name="anyMissing">There are instances of which nothing is known, and nothing can be counted.</param>
    public static IReadOnlyList<OperationEffect> Of(IReadOnlyList<AffectedInstance> instances, bool anyMissing)
    {
        var enrollments = Count(instance => instance.Records.EnrollmentGroups + instance.Records.IndividualEnrollments);
        var registrations = Count(instance => instance.Records.Registrations);
        var verdict = VerdictOn(Count(_ => 1), anyMissing);
        var (service, device) = (KeyRejection.OfService(KeyAccess.Revoked), KeyRejection.OfDevice);
        return
        [
            Effect(AffectedOperation.RegisterDevice, device, enrollments),
            Effect(AffectedOperation.ReprovisionDevice, device, registrations),
            Effect(AffectedOperation.ReadEnrollments, service, enrollments),
            Effect(AffectedOperation.WriteEnrollments, service, enrollments),
            Effect(AffectedOperation.ReadRegistrations, service, registrations),
            // A provisioned device talks to its hub; DPS is not in that path.
            new OperationEffect(AffectedOperation.TelemetryOfProvisionedDevices, EffectVerdict.NotAffected, null, null, registrations),
            new OperationEffect(AffectedOperation.ManageInstance, EffectVerdict.NotAffected, null, null, Count(_ => 1)),
        ];

        OperationEffect Effect(AffectedOperation kind, KeyRejection rejection, EffectScope scope) => verdict is EffectVerdict.NotAffected
            ? new OperationEffect(kind, verdict, null, null, scope)
            : new OperationEffect(kind, verdict, rejection.StatusCode, rejection.ErrorCode, scope);
        EffectScope Count(Func<AffectedInstance, long> size) =>
            new(Sum(AccessFate.Loses, size), Sum(AccessFate.Unknown, size), Sum(AccessFate.StaysWithout, size));
        long Sum(AccessFate fate, Func<AffectedInstance, long> size) => instances.Where(instance => instance.Fate == fate).Sum(size);
    }

    private static EffectVerdict VerdictOn(EffectScope instances, bool anyMissing) => instances switch
    {
        { Losing: > 0 } => EffectVerdict.Fails,
        { Unknown: > 0 } => EffectVerdict.MayFail,
        _ when anyMissing => EffectVerdict.MayFail,
        { Without: > 0 } => EffectVerdict.FailsAlready,
        _ => EffectVerdict.NotAffected,
    };
}
