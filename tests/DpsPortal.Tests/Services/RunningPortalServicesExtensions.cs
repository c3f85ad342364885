using DpsPortal.Services.Audit;

namespace DpsPortal.Tests.Services;

internal static class RunningPortalServicesExtensions
{
    public static async Task<AccessLoss?> LossAsync(this RunningPortalServices portal, string instance) =>
        (await portal.Activity.FindLossesAsync(Staff.Auditor, [instance], CancellationToken.None)).GetValueOrDefault(instance);
}
