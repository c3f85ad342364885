using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Instances;

/// <summary>For what, and by whom, access is prepared or taken back.</summary>
/// <param name="Owner">The operation, begun or still to begin, that it is prepared for.</param>
/// <param name="Instance">The instance to be, or that moves; empty where that is not known any more.</param>
/// <param name="By"><see langword="null"/> for the portal itself.</param>
/// <param name="Operation">The owner, once it has begun.</param>
internal sealed record Preparing(Guid Owner, string Instance, Person? By, Guid? Operation = null)
{
    public Caller Caller => By?.AsCaller() ?? PortalCaller.Itself;

    public static Preparing For(OperationRun run) => new(run.Id, run.Subject, run.By, run.Id);
}
