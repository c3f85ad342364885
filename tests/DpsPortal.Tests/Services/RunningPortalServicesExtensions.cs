using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Verification;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

internal static class RunningPortalServicesExtensions
{
    public static async Task<AccessLoss?> LossAsync(this RunningPortalServices portal, string instance) =>
        (await portal.Activity.FindLossesAsync(Staff.Auditor, [instance], CancellationToken.None)).GetValueOrDefault(instance);

    /// <summary>A reading of every record by one person, with its comparison.</summary>
    public static async Task<VerificationRun> VerifiedAsync(this RunningPortalServices portal, string instance, Person person) =>
        (await portal.Enrollments.VerifyAsync(person, instance, null, CancellationToken.None)).Value();

    /// <summary>What a backup of a stopped system holds, or puts back: the files of one folder take the place of those of another.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var old in Directory.GetFiles(to))
        {
            File.Delete(old);
        }

        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
