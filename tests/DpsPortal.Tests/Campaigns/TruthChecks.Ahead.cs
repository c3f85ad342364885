using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;

namespace DpsPortal.Tests.Campaigns;

// Who is served still, and to whom the vault would not open the key any more.
internal sealed partial class TruthChecks
{
    /// <summary>To whom the page says that the vault would not open it any more, it does not open it; roles that go late are another matter.</summary>
    private async Task CheckShutAsync(KeyDetail detail)
    {
        foreach (var dependent in detail.InUse.Where(dependent => dependent.ShutBy is not null && subject.IsCalm))
        {
            if (World.Instances.FirstOrDefault(instance => instance.Name == dependent.Instance) is { } instance)
            {
                subject.Claim((await World.UnwrapsAsync(instance)).Works is not true, "key page: shut at the vault, and it opens", () => $"{dependent.Instance} {dependent.ShutBy}");
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
}
