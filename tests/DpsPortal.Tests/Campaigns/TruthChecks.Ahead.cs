using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;

namespace DpsPortal.Tests.Campaigns;

// Who is served still, and to whom the vault would not open the key any more.
internal sealed partial class TruthChecks
{
    /// <summary>
    /// To whom a page says that the vault would not open it any more, it does not open it, and of whom it does not say so, it opens it while
    /// DPS serves them; roles that go late are another matter.
    /// </summary>
    private async Task CheckShutAsync(string page, IEnumerable<KeyDependent> dependents)
    {
        foreach (var dependent in dependents.Where(_ => subject.IsCalm))
        {
            if (World.Instances.FirstOrDefault(instance => instance.Name == dependent.Instance) is { } instance)
            {
                var (works, code) = await World.UnwrapsAsync(instance);
                subject.Claim(
                    dependent.ShutBy is null || works is not true,
                    $"{page}: shut at the vault, and it opens",
                    () => $"{dependent.Instance} {dependent.ShutBy}");
                subject.Claim(
                    dependent.ShutBy is not null
                        || code is not ("ForbiddenByRbac" or "KeyDisabled"
                            or "KeyOperationForbidden"), $"{page}: silent about what the vault denies", () => $"{dependent.Instance} {code}");
            }
        }
    }

    private async Task CheckServedAsync(ActiveRevocation revocation)
    {
        foreach (var instance in World.Instances.Where(instance => revocation.Served.Contains(instance.Name)))
        {
            var reads = await World.ReadsAsync(instance);
            subject.Claim(reads.Read, "active revocation: still reads, and does not", () => $"{instance.Name} {reads}");
        }
    }

    /// <summary>What a restore has not been seen to give back nobody waits for any more, once all of it was revoked again.</summary>
    private void CheckNotTakenAgain(Operation restore, IReadOnlyList<Operation> operations) => subject.Claim(
        restore.Kind is not OperationKind.Restore || !operations.Any(revoke =>
            revoke is { Kind: OperationKind.Revoke, State: OperationState.Succeeded }
                && revoke.Subject == restore.Subject
                && revoke.Id.CompareTo(restore.Id) > 0
                && restore.Touched.All(touched => revoke.Touched.Any(again => again.Name == touched.Name))),
        "dashboard: a restore is not confirmed, and all of it was revoked again", () => restore.Id.ToString());
}
